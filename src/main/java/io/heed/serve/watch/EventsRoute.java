package io.heed.serve.watch;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.heed.serve.Call;
import io.heed.serve.Problem;
import io.heed.serve.Reply;
import io.heed.serve.SlowClientOutput;
import io.heed.watch.RunFeed;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * {@code /api/events}: all that happened in a run and then what happens, as server-sent events. Each viewer has a thread, which takes one
 * event after the other from the feed, so a slow one misses what is only live and keeps nobody waiting.
 */
final class EventsRoute {

    /** The most viewers at once. */
    static final int VIEWERS = 32;

    /** The time a client may be slower than {@link Reply#SLOWEST}, all in all. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** How often to check that the viewer is still there, in milliseconds. */
    private static final int LOOK = 250;

    /** After so long without an event a comment is sent, lest a proxy take the connection for dead. */
    private static final long SILENCE = TimeUnit.SECONDS.toNanos(15);

    private static final byte[] HEARTBEAT = ":\n\n".getBytes(US_ASCII);

    private final RunFeed feed;
    private final Semaphore free = new Semaphore(VIEWERS);
    private volatile boolean stopping;

    EventsRoute(RunFeed feed) {
        this.feed = feed;
    }

    /** Sends the events, until there will be no more. */
    Reply answer(Call call) {
        return response -> {
            if (!free.tryAcquire()) {
                throw Problem.busy("%d viewers watch this run already; close another page of it".formatted(VIEWERS));
            }
            try (RunFeed.Reader reader = feed.open()) {
                send(reader, call, response);
            } catch (IOException e) {
                // the viewer has gone, or reads too slowly: others may have the place
            } finally {
                free.release();
            }
        };
    }

    private void send(RunFeed.Reader reader, Call call, HttpServletResponse response)
            throws IOException, InterruptedException {
        response.setContentType("text/event-stream");
        response.setHeader("X-Accel-Buffering", "no"); // a proxy is to pass on each event
        OutputStream out = new SlowClientOutput(response.getOutputStream(), PATIENCE, Reply.SLOWEST);
        send(HEARTBEAT, out); // the headers, even if nothing has happened
        long sent = System.nanoTime();
        boolean last = false;
        while (!last && !call.isOver()) {
            boolean over = stopping || feed.closed();
            RunFeed.@Nullable Line line = reader.next(over ? 0 : LOOK);
            last = over && line == null;
            if (line != null || System.nanoTime() - sent > SILENCE) {
                send(line == null ? HEARTBEAT : event(line), out);
                sent = System.nanoTime();
            }
        }
    }

    private static void send(byte[] bytes, OutputStream out) throws IOException {
        out.write(bytes);
        out.flush(); // fails when the client has gone
    }

    private static byte[] event(RunFeed.Line line) {
        return "id: %d\ndata: %s\n\n".formatted(line.id(), line.json()).getBytes(US_ASCII);
    }

    /** The number of viewers. */
    int viewers() {
        return VIEWERS - free.availablePermits();
    }

    /** Ends all streams after what has happened so far. */
    void stop() {
        stopping = true;
    }
}
