package io.heed.serve;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.jspecify.annotations.Nullable;

/**
 * Receives the bodies of requests: only JSON, no larger and no slower than allowed. No thread waits for a body, so a slow sender keeps
 * nobody else waiting. When all bodies together have too many bytes, the incomplete one that has held the most for the longest gives
 * way.
 */
final class Body {

    /** The size up to which a refused body is read, since a sender that is still sending may miss the answer. */
    private static final int POLITENESS = 4;

    private final int largest;
    private final Duration patience;
    private final long room;
    private final Set<Arriving> arriving = new HashSet<>(); // those that hold bytes and are incomplete; guarded by this
    private long held; // guarded by this

    /**
     * Starts with no bodies.
     *
     * @param largest the largest body, in bytes
     * @param patience the time that a body may take to arrive
     * @param room the bytes that all bodies of unanswered questions together may have
     */
    Body(int largest, Duration patience, long room) {
        this.largest = largest;
        this.patience = patience;
        this.room = Math.max(room, largest);
    }

    /** Receives the outcome of a body. */
    interface Receiver {

        /** The body has arrived. It is held until it is released. */
        void arrived(byte[] body, Runnable release);

        /** The body will not arrive. */
        void failed(Problem problem);
    }

    /**
     * Starts to receive a body.
     *
     * @param receiver is called once, by the thread that receives the last part
     * @throws Problem if such a body is not accepted
     */
    void read(Request request, Receiver receiver) {
        String type = request.getHeaders().get(HttpHeader.CONTENT_TYPE);
        if (type == null || !type.split(";", 2)[0].strip().equalsIgnoreCase("application/json")) {
            throw new Problem(415, "the body has to be application/json");
        }
        String coding = request.getHeaders().get(HttpHeader.CONTENT_ENCODING);
        if (coding != null && !coding.equalsIgnoreCase("identity")) {
            throw new Problem(415, "the body must not be compressed");
        }
        new Arriving(request, receiver).run();
    }

    /**
     * Skips an unwanted body: reads what has arrived, and if that is not all, the answer tells the client that nothing more is read from
     * the connection.
     */
    static void leave(Request request, Response response) {
        if (!request.consumeAvailable()) {
            response.getHeaders().put(HttpHeader.CONNECTION, HttpHeaderValue.CLOSE.asString());
        }
    }

    /** Makes room for a part of a body, and returns whether there is any. */
    private synchronized boolean hold(Arriving receiving, int size) {
        long now = System.nanoTime();
        while (held + size > room && !receiving.yielding) {
            Arriving costliest = arriving.stream()
                    .max(Comparator.comparingDouble(each -> each.cost(now)))
                    .orElse(receiving);
            if (costliest == receiving) {
                return false;
            }
            costliest.giveWay();
        }
        if (receiving.yielding) {
            return false;
        }
        held += size;
        receiving.held += size;
        arriving.add(receiving);
        return true;
    }

    /** Stops counting the bytes of a body. */
    private synchronized void release(Arriving body) {
        arriving.remove(body);
        held -= body.held;
        body.held = 0;
    }

    /** One body, as its parts arrive. */
    private final class Arriving implements Runnable {

        private final Request request;
        private final Receiver receiver;
        private final EndPoint connection;
        private final long usual;
        private final long begun = System.nanoTime();
        private final long end = begun + patience.toNanos();
        private volatile @Nullable ByteArrayOutputStream body =
                new ByteArrayOutputStream(); // null if its bytes are not kept
        private volatile boolean yielding;
        private long length;
        private long held; // guarded by the body's owner

        Arriving(Request request, Receiver receiver) {
            this.request = request;
            this.receiver = receiver;
            connection = request.getConnectionMetaData().getConnection().getEndPoint();
            usual = connection.getIdleTimeout();
        }

        /** Reads what has arrived, and is run again when there is more. */
        @Override
        public void run() {
            Problem problem = null;
            boolean last = false;
            while (problem == null && !last) {
                long left = (end - System.nanoTime()) / 1_000_000;
                if (left <= 0 || yielding) {
                    problem = late();
                    break;
                }
                Content.Chunk chunk = request.read();
                if (chunk == null) {
                    waitAtMost(left);
                    request.demand(this);
                    return;
                }
                if (Content.Chunk.isFailure(chunk)) {
                    problem = failure(chunk.getFailure());
                } else {
                    problem = take(chunk.getByteBuffer());
                    last = chunk.isLast();
                    chunk.release();
                }
            }
            ByteArrayOutputStream whole = settle();
            connection.setIdleTimeout(usual);
            tell(problem != null || length <= largest ? problem : tooLarge(), whole);
        }

        /** Returns the number of bytes held, times how long. */
        private double cost(long now) {
            return (double) held * (now - begun);
        }

        /** Has {@link #run} called again when there is more, and at the latest after some milliseconds. */
        private void waitAtMost(long milliseconds) {
            synchronized (Body.this) {
                connection.setIdleTimeout(yielding ? 1 : milliseconds);
            }
        }

        /** Releases its bytes, and has {@link #run} called, which tells the sender. */
        private void giveWay() {
            yielding = true;
            forget();
            connection.setIdleTimeout(1); // which fires again while nobody waits for it
        }

        /** No longer gives way; returns the body, or null if it gave way before. */
        private @Nullable ByteArrayOutputStream settle() {
            synchronized (Body.this) {
                arriving.remove(this);
                return body;
            }
        }

        private void tell(@Nullable Problem problem, @Nullable ByteArrayOutputStream whole) {
            if (problem != null || whole == null) {
                forget();
                receiver.failed(problem == null ? late() : problem);
            } else {
                receiver.arrived(whole.toByteArray(), this::forget);
            }
        }

        private @Nullable Problem take(ByteBuffer part) {
            int size = part.remaining();
            length += size;
            if (length > largest) {
                forget();
                return length > (long) POLITENESS * largest ? tooLarge() : null;
            }
            ByteArrayOutputStream kept = body;
            if (kept == null || !hold(this, size)) {
                return yielding
                        ? late()
                        : Problem.busy("the bodies of other requests have %d bytes already; try again".formatted(room));
            }
            byte[] bytes = new byte[size];
            part.get(bytes);
            kept.write(bytes, 0, size);
            return null;
        }

        private Problem failure(Throwable failure) {
            boolean late =
                    yielding || failure instanceof TimeoutException || failure.getCause() instanceof TimeoutException;
            return late || System.nanoTime() >= end ? late() : new Problem(400, "the body ends too early");
        }

        private Problem late() {
            return yielding
                    ? new Problem(
                            408, "other requests needed the memory of this incomplete body; send it again, faster")
                    : new Problem(408, "the body did not arrive within %d s".formatted(patience.toSeconds()));
        }

        private void forget() {
            body = null;
            release(this);
        }
    }

    private Problem tooLarge() {
        return new Problem(413, "the body has more than %d bytes".formatted(largest));
    }
}
