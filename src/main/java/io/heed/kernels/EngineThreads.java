package io.heed.kernels;

import ai.djl.engine.Engine;
import ai.djl.pytorch.jni.JniUtils;

/**
 * How many threads the engine uses inside an operation. The engine has a number for each thread that calls it, and one that a thread
 * begins with: setting the number of a thread changes the other too.
 */
public final class EngineThreads {

    /**
     * Models of fewer weights than this are read by one thread as quickly as by several: handing over takes as long as it saves, and many
     * times as long where something else wants the processor too.
     */
    public static final long WORTH_SHARING = 16_000_000;

    private EngineThreads() {}

    /** Limits the operations of the calling thread, and of threads that have not called the engine before. */
    public static void limit(int threads) {
        Engine.getEngine("PyTorch"); // loads its library
        JniUtils.setNumThreads(threads);
    }

    /** How many threads the operations of the calling thread use. */
    public static int count() {
        Engine.getEngine("PyTorch");
        return JniUtils.getNumThreads();
    }

    /** A limit that ends when it is closed, by the thread that set it. */
    public interface Limit extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * Limits the operations of the calling thread for a while. A thread that calls the engine for the first time meanwhile begins with
     * this limit too.
     *
     * @param threads how many, or 0 for as many as there are
     */
    public static Limit during(int threads) {
        int before = count();
        if (threads == 0 || threads == before) {
            return () -> {};
        }
        limit(threads);
        return () -> limit(before);
    }
}
