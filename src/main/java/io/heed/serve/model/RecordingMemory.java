package io.heed.serve.model;

import io.heed.inspect.Recording;
import io.heed.model.Trace.Step;
import io.heed.model.shape.ModelConfig;
import io.heed.serve.Problem;
import io.heed.serve.Reply;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;

/** The memory for what is recorded for answers in progress, which all of them share. */
final class RecordingMemory {

    /** The most numbers that are recorded for an answer: 64 MB. */
    static final long MOST = 1L << 24;

    /** The most answers sent at once: each has a thread of its own. */
    private static final int AT_ONCE = 32;

    /** The numbers from which an answer's memory is returned to the system. */
    private static final int LARGE = 1 << 20;

    /** The delay after the last such answer, so that a series of answers returns memory only once. */
    private static final int SECONDS_LATER = 5;

    private final int room;
    private final Semaphore free;
    private final AtomicInteger large = new AtomicInteger();

    /** @param memory about how many bytes the recordings of all answers in progress may take; at least {@link #MOST} numbers fit */
    RecordingMemory(long memory) {
        room = (int) Math.max(MOST, Math.min(Integer.MAX_VALUE, memory / Float.BYTES));
        free = new Semaphore(room);
    }

    /**
     * Returns the length of the longest texts of which some steps may be recorded, at least 1 and at most the context.
     *
     * @param texts how many are recorded for one answer
     */
    static int longest(ModelConfig config, Set<Step> steps, int texts) {
        int fits = 1;
        int tooLong = config.context() + 1;
        while (fits + 1 < tooLong) {
            int middle = (fits + tooLong) >>> 1;
            if (texts * Recording.numbers(config, steps, middle) <= MOST) {
                fits = middle;
            } else {
                tooLong = middle;
            }
        }
        return fits;
    }

    /**
     * Computes an answer, and holds the memory until it is sent.
     *
     * @param numbers about how many are recorded, at most {@link #MOST}
     * @param start starts to compute
     * @param reply makes the answer of what was computed
     * @throws Problem if other answers hold the memory, or from {@code start}
     */
    <T> CompletableFuture<Reply> hold(long numbers, Supplier<CompletableFuture<T>> start, Function<T, Reply> reply) {
        int size = (int) Math.max(room / AT_ONCE, numbers);
        if (!free.tryAcquire(size)) {
            throw Problem.busy("other answers use the memory for weights; try again, or send a shorter text");
        }
        CompletableFuture<T> computing;
        try {
            computing = start.get();
        } catch (Problem busy) {
            free.release(size);
            throw busy;
        }
        return computing
                .<Reply>thenApply(computed -> response -> {
                    try {
                        reply.apply(computed).send(response);
                    } finally {
                        release(size);
                    }
                })
                .whenComplete((answer, failure) -> {
                    if (failure != null) {
                        release(size);
                    }
                });
    }

    /** Returns memory to the system. Without a collection the heap would stay as large as for the largest answers ever. */
    private void release(int size) {
        free.release(size);
        if (size > LARGE) {
            int number = large.incrementAndGet();
            CompletableFuture.delayedExecutor(SECONDS_LATER, TimeUnit.SECONDS).execute(() -> {
                if (large.get() == number && free.availablePermits() == room) {
                    System.gc();
                }
            });
        }
    }
}
