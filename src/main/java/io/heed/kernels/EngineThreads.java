package io.heed.kernels;

import ai.djl.engine.Engine;
import ai.djl.pytorch.jni.JniUtils;

/** How many threads the engine uses inside an operation. */
public final class EngineThreads {

    /**
     * Models of fewer weights than this are read by one thread as quickly as by several: handing over takes as long as it saves, and many
     * times as long where something else wants the processor too.
     */
    public static final long WORTH_SHARING = 16_000_000;

    private EngineThreads() {}

    /**
     * Limits the operations of the calling thread, and of threads that have not called the engine before: it reads the number once a
     * thread.
     */
    public static void limit(int threads) {
        Engine.getEngine("PyTorch"); // loads its library
        JniUtils.setNumThreads(threads);
    }
}
