package io.heed.serve;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Who may compute now: a few at a time, in the order they came, so that a long continuation and a short one both go on. */
final class Turns {

    private final Semaphore free;
    private final Duration patience;

    Turns(int atOnce, Duration patience) {
        free = new Semaphore(atOnce, true);
        this.patience = patience;
    }

    /** Waits for a turn and computes. */
    <T> T take(Supplier<T> computation) throws InterruptedException {
        if (!free.tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new Problem(
                    503, "nothing could be computed within %d s".formatted(patience.toSeconds()), "Retry-After", "1");
        }
        try {
            return computation.get();
        } finally {
            free.release();
        }
    }
}
