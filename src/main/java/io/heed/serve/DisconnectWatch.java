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
 * Detects clients that leave while an answer is computed for them, which Jetty does only when it writes.
 *
 * <p>A connection that is readable but has no bytes is at its end. Nothing is read, so that the next request is left to
 * Jetty. A client that says it will send nothing more counts as one that has left.
 */
final class DisconnectWatch implements AutoCloseable {

    private static final int MILLISECONDS = 250;

    private final Map<Call, SocketChannel> waiting = new ConcurrentHashMap<>();
    private final Thread looking = new Thread(this::lookOn, "heed-departures");

    /** Starts to check, a few times a second. */
    DisconnectWatch() {
        looking.setDaemon(true);
        looking.start();
    }

    /** Ends a call when its client leaves, unless it is forgotten before. */
    void watch(HttpServletRequest request, Call call) {
        var connection = ServletContextRequest.getServletContextRequest(request)
                .getConnectionMetaData()
                .getConnection()
                .getEndPoint();
        if (connection instanceof SelectableChannelEndPoint end && end.getChannel() instanceof SocketChannel channel) {
            waiting.put(call, channel);
        }
    }

    /** Stops watching a call. */
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
            return; // no file can be opened now, or there is no memory; the time limit and the next check remain
        }
        left.forEach(call -> {
            forget(call);
            call.end(new Problem(400, "the client closed the connection before its answer was ready"));
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
