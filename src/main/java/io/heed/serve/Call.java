package io.heed.serve;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * A request waiting for its answer, until its time is over or the client has left. Its computation then ends, and work not yet started
 * is dropped.
 */
public final class Call implements AutoCloseable {

    private final CompletableFuture<Problem> over = new CompletableFuture<>();

    /** Starts a call that lasts until its client leaves. */
    public Call() {}

    /** Starts a call that is over after a while. */
    public Call(Duration patience) {
        Problem late = new Problem(
                503, "no answer could be computed within %d s".formatted(patience.toSeconds()), "Retry-After", "1");
        over.completeOnTimeout(late, patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Ends the computation; does nothing if it is already over. */
    public void end(Problem why) {
        over.complete(why);
    }

    /**
     * Checks, for long work, that its result is still wanted.
     *
     * @throws Problem if it is not wanted
     */
    public void check() {
        Problem why = over.getNow(null);
        if (why != null) {
            throw why;
        }
    }

    /** Whether nobody waits for the answer any more. */
    public boolean isOver() {
        return over.isDone();
    }

    /** Makes a part of the answer fail when the call ends. */
    public <T> CompletableFuture<T> until(CompletableFuture<T> part) {
        CompletableFuture<Void> unused = over.thenAccept(why -> {
            if (why != null) {
                part.completeExceptionally(why);
            }
        });
        return part;
    }

    /**
     * Waits for a part of the answer.
     *
     * @throws Problem if the call is over first
     */
    public <T> T await(CompletableFuture<T> part) throws InterruptedException {
        try {
            CompletableFuture.anyOf(part, over).get();
            check();
            return part.join();
        } catch (ExecutionException e) {
            throw new CompletionException(e.getCause());
        }
    }

    /** Ends the call: the answer is ready, or there will be none. */
    @Override
    public void close() {
        over.complete(null);
    }
}
