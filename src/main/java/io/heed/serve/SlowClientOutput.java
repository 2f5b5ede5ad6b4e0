package io.heed.serve;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Sends to a client that may be slow, but not forever: once it has been waited for a while, it has to have read a minimum of bytes per
 * second of waiting. The time between writes is not the client's.
 */
public final class SlowClientOutput extends FilterOutputStream {

    private final long patience;
    private final int slowest;
    private final LongSupplier clock; // ns
    private long sent;
    private long waited; // ns

    /**
     * Starts to send.
     *
     * @param patience the time for which a client may be slower
     * @param slowest the least number of bytes per second from then on, counted from the start
     */
    public SlowClientOutput(OutputStream out, Duration patience, int slowest) {
        this(out, patience, slowest, System::nanoTime);
    }

    SlowClientOutput(OutputStream out, Duration patience, int slowest, LongSupplier clock) {
        super(out);
        this.clock = clock;
        this.patience = patience.toNanos();
        this.slowest = slowest;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        if (waited > patience && sent < waited / 1e9 * slowest) {
            throw new IOException("the client reads fewer than %d bytes per second".formatted(slowest));
        }
        long begun = clock.getAsLong();
        out.write(bytes, offset, length);
        waited += clock.getAsLong() - begun;
        sent += length;
    }

    @Override
    public void flush() throws IOException {
        long begun = clock.getAsLong();
        out.flush();
        waited += clock.getAsLong() - begun;
    }
}
