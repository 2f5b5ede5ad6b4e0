package io.heed.serve;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/**
 * Takes the bodies of requests in: JSON alone, no larger and no slower than is allowed. No thread waits for a body: whoever sends slowly
 * keeps nobody else from being answered.
 */
final class Body {

    /** A larger body is read on so far, since a sender who is still sending may miss the answer. */
    private static final int POLITENESS = 4;

    private final int largest;
    private final Duration patience;
    private final long room;
    private final AtomicLong held = new AtomicLong();

    /**
     * Begins with none.
     *
     * @param largest the largest body, in bytes
     * @param patience how long one may take to arrive
     * @param room how many bytes all bodies together may have whose questions are not answered yet
     */
    Body(int largest, Duration patience, long room) {
        this.largest = largest;
        this.patience = patience;
        this.room = Math.max(room, largest);
    }

    /** What a body comes to. */
    interface Receiver {

        /** It is here. It is held until it is released. */
        void arrived(byte[] body, Runnable release);

        /** It will not come. */
        void failed(Problem problem);
    }

    /**
     * Begins to take a body in.
     *
     * @param receiver is told once, by whichever thread it is that the last of it comes to
     * @throws Problem if it is none that is taken
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

    /** One body, as its parts come. */
    private final class Arriving implements Runnable {

        private final Request request;
        private final Receiver receiver;
        private final EndPoint connection;
        private final long usual;
        private final long end = System.nanoTime() + patience.toNanos();
        private @Nullable ByteArrayOutputStream body = new ByteArrayOutputStream();
        private long length;

        Arriving(Request request, Receiver receiver) {
            this.request = request;
            this.receiver = receiver;
            connection = request.getConnectionMetaData().getConnection().getEndPoint();
            usual = connection.getIdleTimeout();
        }

        /** Takes in what is there, and is run again when there is more. */
        @Override
        public void run() {
            Problem problem = null;
            boolean last = false;
            while (problem == null && !last) {
                long left = (end - System.nanoTime()) / 1_000_000;
                if (left <= 0) {
                    problem = late();
                    break;
                }
                Content.Chunk chunk = request.read();
                if (chunk == null) {
                    connection.setIdleTimeout(left); // so it is run again in time
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
            connection.setIdleTimeout(usual);
            tell(problem != null || length <= largest ? problem : tooLarge());
        }

        private void tell(@Nullable Problem problem) {
            ByteArrayOutputStream whole = body;
            if (problem != null || whole == null) {
                forget();
                receiver.failed(problem == null ? tooLarge() : problem);
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
            if (body == null || held.addAndGet(size) > room) {
                held.addAndGet(-size);
                return Problem.busy("the bodies of other requests have %d bytes already; try again".formatted(room));
            }
            byte[] bytes = new byte[size];
            part.get(bytes);
            body.write(bytes, 0, size);
            return null;
        }

        private Problem failure(Throwable failure) {
            boolean late = failure instanceof TimeoutException || failure.getCause() instanceof TimeoutException;
            return late || System.nanoTime() >= end ? late() : new Problem(400, "the body ends before its end");
        }

        private void forget() {
            if (body != null) {
                held.addAndGet(-body.size());
                body = null;
            }
        }
    }

    private Problem tooLarge() {
        return new Problem(413, "the body has more than %d bytes".formatted(largest));
    }

    private Problem late() {
        return new Problem(408, "the body did not arrive within %d s".formatted(patience.toSeconds()));
    }
}
