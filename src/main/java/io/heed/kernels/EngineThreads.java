package io.heed.kernels;

import ai.djl.pytorch.jni.JniUtils;

/** How many threads the engine uses inside an operation. */
public final class EngineThreads {

    private EngineThreads() {}

    /**
     * Limits the operations of the calling thread, which must not have called the engine before: the engine reads the number once a
     * thread.
     */
    public static void limit(int threads) {
        JniUtils.setNumThreads(threads);
    }
}
