package io.heed.spark.cluster;

import io.heed.HeedException;
import io.heed.kernels.EngineLibrary;
import io.heed.kernels.EngineThreads;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** The engine in the process that runs a task. */
public final class ExecutorEngine {

    private static final AtomicBoolean LOADED = new AtomicBoolean();

    private ExecutorEngine() {}

    /**
     * Loads the engine unless this process has it, and lets it compute with one thread when the calling thread asks, since Spark gives a
     * task one core. Each task calls this first. Several executors of one host unpack the engine once.
     *
     * @throws HeedException if the engine cannot be loaded here: the host, why, and the way out
     */
    public static void ensure() {
        load();
        EngineThreads.limit(1);
    }

    private static synchronized void load() {
        if (LOADED.get()) {
            return;
        }
        try {
            EngineLibrary.load();
        } catch (RuntimeException | LinkageError | AssertionError e) {
            throw new HeedException(sentence(e), e);
        }
        LOADED.set(true);
    }

    private static String sentence(Throwable failure) {
        Optional<String> missing = EngineLibrary.missingJar();
        if (missing.isPresent()) {
            return "%s has no PyTorch for its platform: give %s to --jars of spark-submit, or name a folder with PyTorch there by spark.executorEnv.PYTORCH_LIBRARY_PATH"
                    .formatted(ThisHost.name(), missing.get());
        }
        String why = EngineLibrary.unpackingFailure(failure)
                .orElse("the engine cannot be loaded: %s".formatted(Cluster.firstLine(failure)));
        return "%s: %s".formatted(ThisHost.name(), why);
    }
}
