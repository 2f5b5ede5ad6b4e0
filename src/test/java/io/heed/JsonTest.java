package io.heed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Lines as RFC 8259 has them, written by hand. */
final class JsonTest {

    private enum Ending {
        END_OF_TEXT
    }

    private record Figures(double logProbability, float weight, double[] row, float[][] maps, Map<String, Double> by) {}

    private record Told(
            Path folder,
            Ending ending,
            OptionalDouble loss,
            @Nullable String text) {}

    @Test
    void a_number_that_is_not_finite_is_null_wherever_it_stands() {
        Figures figures = new Figures(
                Double.NEGATIVE_INFINITY,
                Float.NaN,
                new double[] {1e-4, Double.NaN},
                new float[][] {{.1f, Float.POSITIVE_INFINITY}},
                Map.of("induction", Double.NaN));
        assertThat(Json.line(figures))
                .isEqualTo("{\"log_probability\":null,\"weight\":null,\"row\":[1.0E-4,null],"
                        + "\"maps\":[[0.1,null]],\"by\":{\"induction\":null}}");
    }

    @Test
    void what_is_not_known_is_null_and_words_are_in_lower_case() {
        assertThat(Json.line(new Told(Path.of("models/a b"), Ending.END_OF_TEXT, OptionalDouble.empty(), null)))
                .isEqualTo("{\"folder\":\"models/a b\",\"ending\":\"end_of_text\",\"loss\":null,\"text\":null}");
    }

    @Test
    void half_an_emoji_survives_in_ascii() {
        assertThat(Json.ascii(List.of("é\ud83d"))).isEqualTo("[\"\\u00E9\\uD83D\"]");
        assertThat(Json.line(List.of("é"))).isEqualTo("[\"é\"]");
    }

    private record Streamed(Iterator<Integer> maps) {}

    @Test
    void a_stream_is_written_as_it_is_made_and_left_open() throws IOException {
        AtomicInteger closed = new AtomicInteger();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream() {
            @Override
            public void close() {
                closed.incrementAndGet();
            }
        };
        Json.write(bytes, new Streamed(IntStream.range(0, 3).iterator()));
        assertThat(bytes).hasToString("{\"maps\":[0,1,2]}");
        assertThat(closed).hasValue(0);
    }

    /** A client that has gone ends the writing, long before everything is made. */
    @Test
    void writing_ends_with_the_failure_of_the_output() {
        AtomicInteger made = new AtomicInteger();
        OutputStream gone = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("gone");
            }
        };
        Iterator<Integer> maps =
                IntStream.range(0, 1_000_000).peek(i -> made.set(i)).boxed().iterator();
        assertThatThrownBy(() -> Json.write(gone, new Streamed(maps)))
                .isInstanceOf(IOException.class)
                .hasMessage("gone");
        assertThat(made.get()).isLessThan(100_000);
    }
}
