package io.heed.serve;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.io.SelectableChannelEndPoint;

/**
 * Notices clients that leave while an answer is computed for them, which Jetty does only when it writes.
 *
 * <p>A connection that can be read though it has no bytes to read is at its end. Nothing is read, so that a next request is left to
 * Jetty. A client that says it will send nothing more counts as one that has left.
 */
final class DisconnectWatch implements AutoCloseable {

    private static final int MILLISECONDS = 250;

    private final Map<Call, SocketChannel> waiting = new ConcurrentHashMap<>();
    private final Thread looking = new Thread(this::lookOn, "heed-departures");

    /** Begins to look, a few times a second. */
    DisconnectWatch() {
        looking.setDaemon(true);
        looking.start();
    }

    /** Ends a call when the client that made a request leaves, unless it is forgotten before. */
    void watch(HttpServletRequest request, Call call) {
        var connection = ServletContextRequest.getServletContextRequest(request)
                .getConnectionMetaData()
                .getConnection()
                .getEndPoint();
        if (connection instanceof SelectableChannelEndPoint end && end.getChannel() instanceof SocketChannel channel) {
            waiting.put(call, channel);
        }
    }

    /** Watches a call no longer. */
    void forget(Call call) {
        waiting.remove(call);
    }

    private void lookOn() {
        try {
            while (true) {
                Thread.sleep(MILLISECONDS);
                look();
            }
        } catch (InterruptedException e) {
            // closed
        }
    }

    private void look() {
        if (waiting.isEmpty()) {
            return;
        }
        List<Call> left = new ArrayList<>();
        try (Selector selector = Selector.open()) {
            waiting.forEach((call, channel) -> {
                try {
                    channel.register(selector, SelectionKey.OP_READ, call);
                } catch (ClosedChannelException | CancelledKeyException e) {
                    left.add(call);
                }
            });
            selector.selectNow();
            for (SelectionKey readable : selector.selectedKeys()) {
                if (isAtEnd((SocketChannel) readable.channel())) {
                    left.add((Call) readable.attachment());
                }
            }
        } catch (IOException | OutOfMemoryError e) {
            return; // no file can be opened now, or there is no memory; the time limit holds, and the next look comes
        }
        left.forEach(call -> {
            forget(call);
            call.end(new Problem(400, "the client closed the connection before its answer was there"));
        });
    }

    private static boolean isAtEnd(SocketChannel readable) {
        try {
            return readable.socket().getInputStream().available() == 0;
        } catch (IOException e) {
            return true;
        }
    }

    @Override
    public void close() {
        looking.interrupt();
    }
}
