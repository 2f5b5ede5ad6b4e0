package io.heed.text;

import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** A text file of any file system. Another process that sees the same file system can read it too. */
public interface StoredText extends Serializable {

    /** The number of its bytes; 0 if there is no such file. */
    long size();

    /**
     * Opens it.
     *
     * @throws io.heed.HeedException if it is missing or cannot be read at any position
     */
    Bytes open();

    /** Its name, as messages spell it. */
    @Override
    String toString();

    /** A file of this machine. */
    static StoredText of(Path file) {
        return new Local(file.toString());
    }

    /** A file of this machine, by its name. */
    record Local(String name) implements StoredText {
        @Override
        public long size() {
            return Path.of(name).toFile().length();
        }

        @Override
        public Bytes open() {
            Path file = Path.of(name);
            try {
                if (!Files.exists(file)) {
                    throw new NoSuchFileException(name);
                }
                if (Files.isDirectory(file)) {
                    throw new IOException("it is a folder");
                }
                if (!Files.isRegularFile(file)) {
                    throw new IOException("it cannot be read twice; save it as a file");
                }
                return new Bytes.InFile(file);
            } catch (IOException e) {
                throw TextFile.unreadable(file, e);
            }
        }

        @Override
        public String toString() {
            return name;
        }
    }
}
