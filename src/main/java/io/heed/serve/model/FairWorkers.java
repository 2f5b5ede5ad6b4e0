package io.heed.serve.model;

import io.heed.serve.Call;
import io.heed.serve.Problem;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * A few threads that compute, first come, first served, so that long and short continuations both progress. Waiting requests hold no
 * thread, and the engine keeps its data per calling thread for these few only.
 */
final class FairWorkers implements AutoCloseable {

    private final ThreadPoolExecutor threads;

    /**
     * Starts.
     *
     * @param name the name of the threads
     * @param atOnce the number of threads
     * @param room the number of computations that may wait
     */
    FairWorkers(String name, int atOnce, int room) {
        AtomicInteger number = new AtomicInteger();
        threads = new ThreadPoolExecutor(
                atOnce, atOnce, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(room), computation -> {
                    Thread thread = new Thread(computation, name + "-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
    }

    /**
     * Computes when the turn comes.
     *
     * @return the result; a computation that has not started when this is completed never starts
     * @throws Problem if too many are waiting
     */
    <T> CompletableFuture<T> take(Supplier<T> computation) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        try {
            threads.execute(() -> compute(computation, answer));
        } catch (RejectedExecutionException e) {
            throw Problem.busy("%d computations are already waiting; try again"
                    .formatted(threads.getQueue().size()));
        }
        return answer;
    }

    /**
     * Computes a step of something that is closed afterwards: waits for its turn while the call lasts, and, once started, until it is
     * done.
     *
     * @throws Problem if too many are waiting, or the call is over before the step starts
     */
    <T> T step(Supplier<T> computation, Call call) throws InterruptedException {
        AtomicBoolean decided = new AtomicBoolean(); // whether it has started, or the waiter has given up
        CompletableFuture<T> answer = take(() -> decided.compareAndSet(false, true) ? computation.get() : null);
        try {
            return call.await(answer);
        } catch (Problem | InterruptedException e) {
            if (decided.compareAndSet(false, true)) {
                throw e;
            }
            return answer.join();
        }
    }

    private static <T> void compute(Supplier<T> computation, CompletableFuture<T> answer) {
        if (answer.isDone()) {
            return;
        }
        try {
            answer.complete(computation.get());
        } catch (RuntimeException | Error e) {
            answer.completeExceptionally(e);
        }
    }

    /** Computes what is waiting, and accepts nothing more. */
    @Override
    public void close() {
        threads.shutdown();
        try {
            threads.awaitTermination(Long.MAX_VALUE, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
