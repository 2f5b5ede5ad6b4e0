package io.heed.checkpoint.gguf;

import io.heed.HeedException;
import io.heed.text.Visible;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;

/**
 * What a GGUF file holds, versions 2 and 3, little-endian; its tensors stay on the disk.
 *
 * @param file the file
 * @param metadata what its keys say
 * @param tensors its tensors by name, in the file's order
 */
public record GgufFile(Path file, GgufMetadata metadata, Map<String, GgufTensor> tensors) {

    /** Whether a file is one of this format, as far as its first bytes tell. */
    public static boolean is(Path file) {
        if (!Files.isRegularFile(file)) {
            return false;
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return channel.size() >= Integer.BYTES && new FileCursor(file, channel).readCount32() == GgufReader.MAGIC;
        } catch (IOException e) {
            return false; // who reads it says what is wrong
        }
    }

    /**
     * Reads what a file holds. Nothing it says is believed: each length, count, type and place is checked before memory is taken for it.
     *
     * @throws HeedException naming the file, the key or tensor and the value, if anything of it is wrong or not supported
     */
    public static GgufFile open(Path file) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return new GgufReader(file, channel).read();
        } catch (NoSuchFileException e) {
            throw new HeedException("%s does not exist".formatted(file), e);
        } catch (IOException e) {
            throw new HeedException("cannot read %s: %s".formatted(file, e.getMessage()), e);
        }
    }

    /**
     * Finds a tensor.
     *
     * @throws HeedException if there is none of this name
     */
    public GgufTensor tensor(String name) {
        GgufTensor tensor = tensors.get(name);
        if (tensor == null) {
            throw new HeedException("%s has no tensor %s".formatted(file, Visible.text(name)));
        }
        return tensor;
    }
}
