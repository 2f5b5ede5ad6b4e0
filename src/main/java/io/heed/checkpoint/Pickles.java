package io.heed.checkpoint;

import io.heed.HeedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Refuses weights saved as pickles: a pickle is a program, and reading it runs it. */
final class Pickles {

    private static final Pattern NAMES = Pattern.compile(".*\\.(bin|pt|pth|pkl|ckpt)");

    private Pickles() {}

    /** Refuses a file whose name is a pickle's. */
    static void refuse(Path file) {
        if (Files.isRegularFile(file) && NAMES.matcher(file.toString()).matches()) {
            throw new HeedException(
                    message(file, String.valueOf(file.toAbsolutePath().getParent())));
        }
    }

    /** Refuses a folder that contains a pickle. */
    static void refuseIn(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            Optional<Path> pickle = files.filter(
                            file -> NAMES.matcher(file.getFileName().toString()).matches())
                    .sorted()
                    .findFirst();
            if (pickle.isPresent()) {
                throw new HeedException(message(pickle.get(), folder.toString()));
            }
        } catch (IOException e) {
            throw new HeedException("cannot read %s: %s".formatted(folder, e.getMessage()), e);
        }
    }

    private static String message(Path pickle, String folder) {
        return ("%s is a pickle, a program that would run when it is read; convert it where you trust it: python -c \"from transformers"
                        + " import AutoModelForCausalLM as M; M.from_pretrained('%s').save_pretrained('%s')\"")
                .formatted(pickle, folder, folder);
    }
}
