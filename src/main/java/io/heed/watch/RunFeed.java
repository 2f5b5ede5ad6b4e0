package io.heed.watch;

import io.heed.Json;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The events of a run, for any number of viewers. What is kept of the run stays; of what is live only the newest. A viewer takes events at
 * its own pace: one that is slow misses live events, and neither delays the run nor takes memory. Thread-safe.
 */
public final class RunFeed {

    /** How many live events are held for viewers. */
    static final int LIVE = 64;

    /** How many characters they may have, unless the newest alone has more. */
    private static final int LIVE_CHARACTERS = 1 << 22;

    /**
     * An event as it is sent.
     *
     * @param id its number; later events have higher ones
     * @param json one line
     */
    public record Line(long id, String json) {}

    private final List<Line> kept = new ArrayList<>();
    private final Deque<Line> live = new ArrayDeque<>();
    private long next;
    private int liveCharacters;
    private int readers;
    private boolean closed;

    /** Adds an event. */
    public void publish(RunEvent event) {
        boolean passing = event instanceof RunEvent.State || (event instanceof RunEvent.Frame frame && frame.live());
        publish(Json.ascii(event), !passing);
    }

    /**
     * Adds an event.
     *
     * @param stays whether viewers who come later get it, too
     */
    public synchronized void publish(String json, boolean stays) {
        Line line = new Line(next++, json);
        if (stays) {
            kept.add(line);
        } else {
            live.add(line);
            liveCharacters += json.length();
            while (live.size() > LIVE || (live.size() > 1 && liveCharacters > LIVE_CHARACTERS)) {
                liveCharacters -= live.remove().json.length();
            }
        }
        notifyAll();
    }

    /** Forgets everything: the run starts over. */
    public synchronized void clear() {
        kept.clear();
        live.clear();
        liveCharacters = 0;
    }

    /** No more events come; readers get what there is and then the end. */
    public synchronized void close() {
        closed = true;
        notifyAll();
    }

    /** The number of viewers who read now. */
    public synchronized int readers() {
        return readers;
    }

    /** Whether there will be no more events. */
    public synchronized boolean closed() {
        return closed;
    }

    /** Starts to read, from the first event. */
    public Reader open() {
        return new Reader();
    }

    /** Reads events, one after the other; for one thread. */
    public final class Reader implements AutoCloseable {

        private long last = -1;

        private Reader() {
            synchronized (RunFeed.this) {
                readers++;
            }
        }

        /**
         * Waits for the next event.
         *
         * @param milliseconds how long
         * @return the event; null if there was none, or if there will be none
         */
        public @Nullable Line next(long milliseconds) throws InterruptedException {
            synchronized (RunFeed.this) {
                long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(milliseconds);
                Line found = find();
                while (found == null && !closed) {
                    long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
                    if (left <= 0) {
                        return null;
                    }
                    RunFeed.this.wait(left);
                    found = find();
                }
                last = found == null ? last : found.id;
                return found;
            }
        }

        private @Nullable Line find() {
            int low = 0;
            int high = kept.size();
            while (low < high) {
                int middle = (low + high) / 2;
                if (kept.get(middle).id > last) {
                    high = middle;
                } else {
                    low = middle + 1;
                }
            }
            Line stays = low < kept.size() ? kept.get(low) : null;
            for (Line passing : live) {
                if (passing.id > last) {
                    return stays == null || passing.id < stays.id ? passing : stays;
                }
            }
            return stays;
        }

        @Override
        public void close() {
            synchronized (RunFeed.this) {
                readers--;
            }
        }
    }
}
