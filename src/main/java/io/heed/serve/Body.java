package io.heed.serve;

import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.io.EndPoint;

/** Takes the bodies of requests in: JSON alone, no larger and no slower than is allowed. */
final class Body {

    private static final int PIECE = 1 << 13;

    /** A larger body is read on so far, since a sender who is still sending may miss the answer. */
    private static final int POLITENESS = 4;

    private final int largest;
    private final Duration patience;

    Body(int largest, Duration patience) {
        this.largest = largest;
        this.patience = patience;
    }

    byte[] of(HttpServletRequest request) throws IOException {
        String type = request.getContentType();
        if (type == null || !type.split(";", 2)[0].strip().equalsIgnoreCase("application/json")) {
            throw new Problem(415, "the body has to be application/json");
        }
        String coding = request.getHeader("Content-Encoding");
        if (coding != null && !coding.equalsIgnoreCase("identity")) {
            throw new Problem(415, "the body must not be compressed");
        }
        EndPoint connection = ServletContextRequest.getServletContextRequest(request)
                .getConnectionMetaData()
                .getConnection()
                .getEndPoint();
        long usual = connection.getIdleTimeout();
        try {
            return read(request.getInputStream(), connection);
        } finally {
            connection.setIdleTimeout(usual);
        }
    }

    private byte[] read(ServletInputStream in, EndPoint connection) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        byte[] piece = new byte[PIECE];
        long end = System.nanoTime() + patience.toNanos();
        long length = 0;
        while (true) {
            long left = (end - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                throw late();
            }
            connection.setIdleTimeout(left);
            int read;
            try {
                read = in.read(piece);
            } catch (IOException e) {
                throw e.getCause() instanceof TimeoutException || System.nanoTime() >= end
                        ? late()
                        : new Problem(400, "the body ends before its end");
            }
            if (read < 0) {
                break;
            }
            length += read;
            if (length <= largest) {
                body.write(piece, 0, read);
            } else if (length > (long) POLITENESS * largest) {
                break;
            }
        }
        if (length > largest) {
            throw new Problem(413, "the body has more than %d bytes".formatted(largest));
        }
        return body.toByteArray();
    }

    private Problem late() {
        return new Problem(408, "the body did not arrive within %d s".formatted(patience.toSeconds()));
    }
}
