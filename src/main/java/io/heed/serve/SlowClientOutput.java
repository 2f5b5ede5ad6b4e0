package io.heed.serve;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;

/** Sends to a client that may be slow, but not forever: after a while it has to have read a minimum of bytes per second. */
final class SlowClientOutput extends FilterOutputStream {

    private final long begun = System.nanoTime();
    private final long patience;
    private final int slowest;
    private long sent;

    /**
     * Starts to send.
     *
     * @param patience the time for which a client may be slower
     * @param slowest the least number of bytes per second from then on, counted from the start
     */
    SlowClientOutput(OutputStream out, Duration patience, int slowest) {
        super(out);
        this.patience = patience.toNanos();
        this.slowest = slowest;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        long time = System.nanoTime() - begun;
        if (time > patience && sent < time / 1e9 * slowest) {
            throw new IOException("the client reads fewer than %d bytes per second".formatted(slowest));
        }
        out.write(bytes, offset, length);
        sent += length;
    }
}
