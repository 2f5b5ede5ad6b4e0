package io.heed.kernels;

import ai.djl.engine.Engine;
import ai.djl.pytorch.jni.JniUtils;
import io.heed.Internal;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Sets how many threads the engine uses inside an operation. The engine keeps a number for each calling thread and a
 * default for new ones; setting a thread's number also changes the default, so the default that was meant is kept here.
 */
public final class EngineThreads {

    /**
     * One thread reads models with fewer weights than this as fast as several do: handing work over costs as much time
     * as it saves, and many times more on a busier machine.
     */
    @Internal
    public static final long WORTH_SHARING = 16_000_000;

    /** The number of a thread that has not been limited; 0 until someone asks. */
    private static final AtomicInteger USUAL = new AtomicInteger();

    /** Whether the calling thread has its number. */
    private static final ThreadLocal<Boolean> MET = ThreadLocal.withInitial(() -> false);

    private EngineThreads() {}

    /** Limits the operations of the calling thread, and of threads that have not called the engine yet. */
    public static void limit(int threads) {
        set(threads);
        USUAL.set(threads);
    }

    private static void set(int threads) {
        Engine.getEngine("PyTorch"); // loads its library
        JniUtils.setNumThreads(threads);
        MET.set(true);
    }

    /** How many threads the operations of the calling thread use. */
    public static int count() {
        Engine.getEngine("PyTorch");
        if (!MET.get()) {
            meet();
        }
        return JniUtils.getNumThreads();
    }

    /** Gives a thread the usual number: the engine's default may just be another thread's limit. */
    private static void meet() {
        if (!USUAL.compareAndSet(0, JniUtils.getNumThreads())) {
            JniUtils.setNumThreads(USUAL.get());
        }
        MET.set(true);
    }

    /** A limit that lasts until the thread that set it closes it. */
    public interface Limit extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * Limits the operations of the calling thread, while a model reads a single text, to what pays.
     *
     * @param weights the number of the model's weights
     */
    @Internal
    public static Limit forOneText(long weights) {
        return during(weights < WORTH_SHARING ? 1 : 0);
    }

    /**
     * Limits the operations of the calling thread until the result is closed. A thread that first calls the engine in
     * the meantime, and not through this class, starts with this limit too.
     *
     * @param threads the number of threads, or 0 to change nothing
     */
    public static Limit during(int threads) {
        int before = count();
        if (threads == 0 || threads == before) {
            return () -> {};
        }
        set(threads);
        return () -> set(before);
    }
}
