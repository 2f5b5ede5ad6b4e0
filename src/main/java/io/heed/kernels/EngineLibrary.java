package io.heed.kernels;

import ai.djl.pytorch.jni.LibUtils;
import ai.djl.util.Platform;
import ai.djl.util.Utils;
import io.heed.AtomicFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The engine's native library. DJL unpacks it from its jar to a folder, once, and each process loads it from there. */
public final class EngineLibrary {

    private static final String ENGINE = "pytorch";

    /** The room that the engine and the tokenizers take. */
    private static final int MEGABYTES_NEEDED = 500;

    private EngineLibrary() {}

    /** Loads the library, after unpacking it if need be. The engine still starts in the thread that first asks for it. */
    public static void load() {
        LibUtils.loadLibrary();
    }

    /** Returns what has to be unpacked before the library can be loaded; empty if it is in place. */
    public static Optional<Packed> packed() {
        Platform platform = Platform.detectPlatform(ENGINE);
        if (platform.isPlaceholder() || System.getenv("PYTORCH_LIBRARY_PATH") != null) {
            return Optional.empty();
        }
        Path cache = Utils.getEngineCacheDir(ENGINE);
        Path folder = cache.resolve(
                "%s-%s-%s".formatted(platform.getVersion(), platform.getFlavor(), platform.getClassifier()));
        if (Files.exists(folder.resolve(System.mapLibraryName("torch")))) {
            return Optional.empty();
        }
        String jar = "/%s/%s/%s/".formatted(ENGINE, platform.getFlavor(), platform.getClassifier());
        long bytes = Stream.of(platform.getLibraries())
                .mapToLong(library -> size(LibUtils.class.getResource(jar + library)))
                .sum();
        return Optional.of(new Packed(cache, folder, bytes));
    }

    private static long size(@Nullable URL file) {
        try {
            return file == null ? 0 : file.openConnection().getContentLengthLong();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns why a library of DJL could not be unpacked, in a sentence; empty if something else failed. */
    public static Optional<String> unpackingFailure(Throwable failure) {
        return Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
                .filter(EngineLibrary::isOfUnpacking)
                .map(cause ->
                        "the engine cannot be unpacked to %s: %s; make room for %d MB, or let DJL_CACHE_DIR name another folder"
                                .formatted(
                                        Utils.getCacheDir(), AtomicFile.reason((IOException) cause), MEGABYTES_NEEDED))
                .findFirst();
    }

    private static boolean isOfUnpacking(Throwable cause) {
        return cause instanceof IOException
                && Stream.of(cause.getStackTrace())
                        .anyMatch(frame -> frame.getClassName().endsWith(".LibUtils"));
    }

    /**
     * What has to be unpacked.
     *
     * @param cache the folder in which DJL unpacks it under a temporary name
     * @param folder the folder that this becomes
     * @param bytes its size on disk
     */
    public record Packed(Path cache, Path folder, long bytes) {

        /** Returns how many bytes have been unpacked so far. */
        public long unpacked() {
            if (Files.exists(folder)) {
                return bytes;
            }
            try (Stream<Path> files = Files.walk(cache)) {
                return files.filter(file -> cache.relativize(file).toString().startsWith("tmp"))
                        .mapToLong(Packed::length)
                        .sum();
            } catch (IOException | UncheckedIOException e) {
                return 0; // the folder does not exist yet, or has just been renamed
            }
        }

        private static long length(Path file) {
            return Files.isRegularFile(file) ? file.toFile().length() : 0;
        }
    }
}
