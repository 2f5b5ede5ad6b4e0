package io.heed.serve;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * A question that somebody waits to have answered: until the time is over, or the client has left. What is computed for it ends then,
 * and what has not begun does not begin.
 */
final class Call implements AutoCloseable {

    private final CompletableFuture<Problem> over = new CompletableFuture<>();

    /** Begins. */
    Call(Duration patience) {
        Problem late = new Problem(
                503, "nothing could be computed within %d s".formatted(patience.toSeconds()), "Retry-After", "1");
        over.completeOnTimeout(late, patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Ends what is computed; does nothing where it is over already. */
    void end(Problem why) {
        over.complete(why);
    }

    /**
     * Lets work that takes its time see whether it is still wanted.
     *
     * @throws Problem if it is not
     */
    void check() {
        Problem why = over.getNow(null);
        if (why != null) {
            throw why;
        }
    }

    /** Has a part of the answer fail when the call ends. */
    <T> CompletableFuture<T> until(CompletableFuture<T> part) {
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
     * @throws Problem if the call is over before
     */
    <T> T await(CompletableFuture<T> part) throws InterruptedException {
        try {
            CompletableFuture.anyOf(part, over).get();
            check();
            return part.join();
        } catch (ExecutionException e) {
            throw new CompletionException(e.getCause());
        }
    }

    /** The answer is there, or none will be. */
    @Override
    public void close() {
        over.complete(null);
    }
}
