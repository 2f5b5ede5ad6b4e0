package io.heed.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Clients that take a given time for each byte, by a clock of the test's own. */
class SlowClientOutputTest {

    private long now;

    /** An output that takes a while for each write. */
    private SlowClientOutput taking(int seconds) {
        ByteArrayOutputStream client = new ByteArrayOutputStream() {
            @Override
            public synchronized void write(byte[] bytes, int offset, int length) {
                pass(seconds);
                super.write(bytes, offset, length);
            }
        };
        return new SlowClientOutput(client, Duration.ofSeconds(10), 100, () -> now);
    }

    private void pass(int seconds) {
        now += TimeUnit.SECONDS.toNanos(seconds);
    }

    @Test
    void a_client_that_reads_too_little_while_it_is_waited_for_is_given_up() throws IOException {
        SlowClientOutput out = taking(6);
        out.write(new byte[500]);
        out.write(new byte[500]); // 1000 bytes in 12 s: fewer than 100 a second
        assertThatIOException().isThrownBy(() -> out.write(1)).withMessageContaining("fewer than 100 bytes");
    }

    @Test
    void one_that_is_slow_for_less_than_the_patience_is_not() throws IOException {
        SlowClientOutput out = taking(5);
        out.write(1);
        out.write(1); // 10 s, which is not more than the patience
        out.write(1);
        assertThatIOException().isThrownBy(() -> out.write(1));
    }

    @Test
    void the_time_in_which_nothing_is_sent_does_not_count() throws IOException {
        SlowClientOutput out = taking(1);
        for (int i = 0; i < 10; i++) {
            out.write(1);
            pass(3600);
        }
        out.write(1); // it was waited for during 10 s of 10 hours
        assertThat(TimeUnit.NANOSECONDS.toHours(now)).isEqualTo(10);
    }
}
