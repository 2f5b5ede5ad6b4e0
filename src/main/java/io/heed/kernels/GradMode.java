package io.heed.kernels;

import ai.djl.pytorch.jni.JniUtils;

/**
 * Whether the calling thread records operations for a backward pass, until it is closed.
 *
 * <p>The engine keeps this by thread, off in the thread that loaded it and on in all others: so whoever computes says which.
 */
public final class GradMode implements AutoCloseable {

    private final boolean before = JniUtils.isGradMode();

    private GradMode(boolean enabled) {
        JniUtils.setGraphExecutorOptimize(false); // by thread as well: kernels run as they are written
        JniUtils.setGradMode(enabled);
    }

    /** Records operations. */
    public static GradMode on() {
        return new GradMode(true);
    }

    /** Records nothing, which is quicker and keeps no memory. */
    public static GradMode off() {
        return new GradMode(false);
    }

    @Override
    public void close() {
        JniUtils.setGradMode(before);
    }
}
