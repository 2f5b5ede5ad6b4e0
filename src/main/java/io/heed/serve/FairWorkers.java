package io.heed.serve;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Threads that compute, a few, in the order they are asked, so that a long continuation and a short one both go on. Whoever waits for
 * them holds no thread; and what the engine keeps for each thread that calls it, it keeps for these alone.
 */
final class FairWorkers implements AutoCloseable {

    private final ThreadPoolExecutor threads;

    /**
     * Starts.
     *
     * @param name of the threads
     * @param atOnce how many there are
     * @param room how many computations may wait
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
     * Computes when it is its turn.
     *
     * @return what comes; a computation that has not begun when this is completed never begins
     * @throws Problem if too many wait already
     */
    <T> CompletableFuture<T> take(Supplier<T> computation) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        try {
            threads.execute(() -> compute(computation, answer));
        } catch (RejectedExecutionException e) {
            throw Problem.busy("%d computations wait already; try again"
                    .formatted(threads.getQueue().size()));
        }
        return answer;
    }

    /**
     * Computes a step of something that is closed afterwards: waits for its turn as long as the call goes on, and where it has begun,
     * until it is done.
     *
     * @throws Problem if too many wait already, or the call is over before it begins
     */
    <T> T step(Supplier<T> computation, Call call) throws InterruptedException {
        AtomicBoolean decided = new AtomicBoolean(); // whether it begins, or whoever waits has given up
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

    /** Computes what waits, and takes nothing more in. */
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
