package io.heed.kernels;

import ai.djl.pytorch.jni.JniUtils;

/**
 * Sets whether the calling thread records operations for a backward pass, until it is closed.
 *
 * <p>The engine keeps this setting per thread, off in the thread that loaded it and on in all others, so every
 * computation sets it.
 */
public final class GradMode implements AutoCloseable {

    private final boolean before = JniUtils.isGradMode();

    private GradMode(boolean enabled) {
        JniUtils.setGraphExecutorOptimize(false); // per thread as well: kernels run as written
        JniUtils.setGradMode(enabled);
    }

    /** Records operations. */
    public static GradMode on() {
        return new GradMode(true);
    }

    /** Records nothing, which is faster and retains no memory. */
    public static GradMode off() {
        return new GradMode(false);
    }

    @Override
    public void close() {
        JniUtils.setGradMode(before);
    }
}
