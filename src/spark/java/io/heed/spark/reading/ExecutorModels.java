package io.heed.spark.reading;

import io.heed.checkpoint.LanguageModel;
import io.heed.checkpoint.ModelFolder;
import io.heed.model.DeviceChoice;
import io.heed.model.WeightFormat;
import io.heed.spark.cluster.ExecutorEngine;
import java.io.File;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

/** The models of a process, each read once, however many tasks use it and in however many threads. They stay open. */
final class ExecutorModels {

    private static final Map<Key, LanguageModel> READ = new HashMap<>();

    private ExecutorModels() {}

    /** @param modified when its files last changed, in ms */
    private record Key(Path folder, long modified, DeviceChoice device, WeightFormat weights) {}

    /** Prepares the engine for the calling thread, and returns a model of it. */
    static LanguageModel of(Path folder, DeviceChoice device, WeightFormat weights) {
        ExecutorEngine.ensure();
        Key key = new Key(folder.toAbsolutePath(), modified(folder), device, weights);
        synchronized (READ) {
            return READ.computeIfAbsent(
                    key, absent -> ModelFolder.read(folder, device.resolve(), weights));
        }
    }

    private static long modified(Path folder) {
        File[] files = folder.toFile().listFiles(File::isFile);
        return files == null ? 0 : Stream.of(files).mapToLong(File::lastModified).max().orElse(0);
    }

    /** The number of models that have been read. */
    static int count() {
        synchronized (READ) {
            return READ.size();
        }
    }
}
