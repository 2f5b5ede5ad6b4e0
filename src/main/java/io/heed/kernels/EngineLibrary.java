package io.heed.kernels;

import ai.djl.pytorch.jni.LibUtils;
import ai.djl.util.Platform;
import ai.djl.util.Utils;
import io.heed.AtomicFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The engine's native library. DJL unpacks it from its jar to a folder, once, and each process loads it from there. */
public final class EngineLibrary {

    private static final String ENGINE = "pytorch";

    /** The environment variable that names a folder with the library. */
    private static final String GIVEN = "PYTORCH_LIBRARY_PATH";

    /** The room that the engine and the tokenizers take. */
    private static final int MEGABYTES_NEEDED = 500;

    private EngineLibrary() {}

    /**
     * Loads the library, after unpacking it if need be: of several programs that start at once, one unpacks and the others wait. The
     * engine still starts in the thread that first asks for it.
     */
    public static synchronized void load() {
        Thread thread = Thread.currentThread();
        ClassLoader context = thread.getContextClassLoader();
        thread.setContextClassLoader(
                EngineLibrary.class.getClassLoader()); // by which DJL finds the jars; a pool's thread may have another
        try {
            Optional<Packed> packed = packed();
            if (packed.isPresent()) {
                loadAlone(packed.get());
            } else {
                LibUtils.loadLibrary();
            }
        } finally {
            thread.setContextClassLoader(context);
        }
    }

    /** Loads the library while no other program unpacks: DJL would also load the files that another is still writing. */
    private static void loadAlone(Packed packed) {
        try (FileChannel channel = lockFile(packed);
                FileLock lock = channel.lock()) {
            LibUtils.loadLibrary();
        } catch (IOException e) {
            LibUtils.loadLibrary(); // nothing can be locked or written there, which DJL reports if it matters
        }
    }

    private static FileChannel lockFile(Packed packed) throws IOException {
        Files.createDirectories(packed.cache());
        return FileChannel.open(
                packed.cache().resolve("heed.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    }

    /** Returns the name of the jar with the library of this platform, if no such jar is on the class path. */
    public static Optional<String> missingJar() {
        Platform platform = Platform.detectPlatform(ENGINE);
        return platform.isPlaceholder()
                ? Optional.of("pytorch-native-cpu-%s-%s.jar".formatted(platform.getVersion(), platform.getClassifier()))
                : Optional.empty();
    }

    /** Returns what has to be unpacked before the library can be loaded; empty if it is in place. */
    public static Optional<Packed> packed() {
        Platform platform = Platform.detectPlatform(ENGINE);
        if (platform.isPlaceholder() || System.getenv(GIVEN) != null) {
            return Optional.empty();
        }
        Path cache = Utils.getEngineCacheDir(ENGINE);
        Path folder = cache.resolve(
                "%s-%s-%s".formatted(platform.getVersion(), platform.getFlavor(), platform.getClassifier()));
        String last = platform.getApiVersion() + "-" + System.mapLibraryName("djl_torch"); // what DJL writes last
        if (Files.exists(folder.resolve(last))) {
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
