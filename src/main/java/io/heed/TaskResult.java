package io.heed;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** The result of a task in another thread. */
public final class TaskResult {

    private TaskResult() {}

    /**
     * Waits for a task and returns its result.
     *
     * @throws RuntimeException if the task failed with one: the same, not wrapped; an error likewise
     */
    public static <T> T of(CompletableFuture<T> task) {
        try {
            return task.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw e.getCause() instanceof RuntimeException failure ? failure : e;
        }
    }
}
