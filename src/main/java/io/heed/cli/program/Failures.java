package io.heed.cli.program;

import io.heed.HeedException;
import io.heed.kernels.EngineLibrary;
import io.heed.text.Visible;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Describes failures to the user. */
public final class Failures {

    private Failures() {}

    /** Returns one sentence, and a line for each failure found with it; one that the user cannot fix says how to see more. */
    public static String sentence(Throwable failure) {
        if (failure instanceof HeedException) {
            return Stream.concat(Stream.of(failure), Stream.of(failure.getSuppressed()))
                    .filter(HeedException.class::isInstance)
                    .map(found -> Visible.text(String.valueOf(found.getMessage())))
                    .collect(Collectors.joining("\nheed: "));
        }
        if (failure instanceof OutOfMemoryError) {
            return "there is not enough memory; try a smaller batch, width or context";
        }
        Optional<String> unpacking = EngineLibrary.unpackingFailure(failure);
        if (unpacking.isPresent()) {
            return Visible.text(unpacking.get());
        }
        String first = String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
        return "unexpected %s: %s (--debug shows where)"
                .formatted(failure.getClass().getSimpleName(), first);
    }

    public static String trace(Throwable failure) {
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text));
        return text.toString();
    }
}
