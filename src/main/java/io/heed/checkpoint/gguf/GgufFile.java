package io.heed.checkpoint.gguf;

import io.heed.HeedException;
import io.heed.text.Visible;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.Map;

/**
 * The content of a GGUF file, version 2 or 3, little-endian; its tensors stay on disk.
 *
 * @param file the file
 * @param metadata its keys and values
 * @param tensors its tensors by name, in the file's order
 */
public record GgufFile(Path file, GgufMetadata metadata, Map<String, GgufTensor> tensors) {

    /** Whether a file is in this format, judging by its first bytes. */
    public static boolean is(Path file) {
        if (!Files.isRegularFile(file)) {
            return false;
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return channel.size() >= Integer.BYTES && new FileCursor(file, channel).readCount32() == GgufReader.MAGIC;
        } catch (IOException e) {
            return false; // reading it reports what is wrong
        }
    }

    /** Whether a path that is no folder is named like a file of this format. */
    public static boolean isNamed(Path file) {
        return file.toString().toLowerCase(Locale.ROOT).endsWith(".gguf") && !Files.isDirectory(file);
    }

    /**
     * Reads a file. Nothing in it is trusted: each length, count, type and place is checked before memory is allocated for it.
     *
     * @throws HeedException naming the file, the key or tensor and the value, if anything is wrong or not supported
     */
    public static GgufFile open(Path file) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return new GgufReader(file, channel).read();
        } catch (NoSuchFileException e) {
            throw new HeedException("%s does not exist; name a GGUF file".formatted(file), e);
        } catch (IOException e) {
            throw new HeedException("cannot read %s: %s".formatted(file, e.getMessage()), e);
        }
    }

    /**
     * Finds a tensor.
     *
     * @throws HeedException if there is no tensor of this name
     */
    public GgufTensor tensor(String name) {
        GgufTensor tensor = tensors.get(name);
        if (tensor == null) {
            throw new HeedException("%s has no tensor %s".formatted(file, Visible.text(name)));
        }
        return tensor;
    }
}
