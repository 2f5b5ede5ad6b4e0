package io.heed.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import io.heed.cli.print.JsonEvents;
import io.heed.cli.print.ProgressPrinter;
import io.heed.run.Progress.Evaluation;
import io.heed.run.Progress.Speed;
import io.heed.run.Progress.Step;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How far long work is: a bar that fits the terminal, or a line every ten seconds. */
class BarTest {

    private static final List<String> SAID =
            List.of("loss 1.076", "validation 1.079", "4,782 tokens/s", "3 GFLOP/s", "1,413 MiB");

    private static final BarLine LINE = new BarLine("training", 0, 500, "", 1);

    private final StringWriter err = new StringWriter();
    private final StringBuilder drawn = new StringBuilder();
    private long nanoseconds;

    private void pass(double seconds) {
        nanoseconds += Math.round(seconds * 1e9);
    }

    private Bar piped() {
        return new Bar(new PrintWriter(err, true), LINE, null, () -> 80, () -> nanoseconds);
    }

    private Bar watched() {
        return new Bar(new PrintWriter(err, true), LINE, drawn::append, () -> 80, () -> nanoseconds);
    }

    /** The width as Unicode's East Asian Width has it, of what is used here: ideographs take two columns, all else one. */
    private static int columns(String text) {
        return text.codePoints().map(c -> Character.isIdeographic(c) ? 2 : 1).sum();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 20, 40, 60, 80, 120})
    void a_bar_is_no_wider_than_the_terminal_without_its_last_column(int width) {
        for (String task : List.of("training", "1/12 training.learning_rate=0.0001_model.width=256", "読み込み中読み込み中読")) {
            for (int done : new int[] {0, 1, 250, 499, 500}) {
                String line = new BarLine(task, 0, 500, "", 1).drawn(done, 12_345, SAID, width);
                assertThat(columns(line)).as(line).isLessThanOrEqualTo(Math.max(1, width - 1));
            }
        }
    }

    @Test
    void the_most_important_comes_first_and_what_has_no_room_is_left_out() {
        assertThat(LINE.drawn(125, 30, SAID, 40)).isEqualTo("training  25% █▌     125/500, 1:30 left");
        assertThat(LINE.drawn(125, 30, SAID, 60))
                .isEqualTo("training  25% ███▌           125/500, 1:30 left, loss 1.076");
        assertThat(LINE.drawn(125, 30, SAID, 80))
                .isEqualTo("training  25% ████             125/500, 1:30 left, loss 1.076, validation 1.079");
        assertThat(LINE.drawn(125, 30, SAID, 120)).endsWith("validation 1.079, 4,782 tokens/s, 3 GFLOP/s, 1,413 MiB");
        assertThat(LINE.drawn(125, 30, List.of(), 200))
                .isEqualTo("training  25% ██████                   125/500, 1:30 left");
    }

    @Test
    void what_is_left_is_counted_from_where_this_part_began() {
        BarLine resumed = new BarLine("training", 400, 500, "", 1);
        assertThat(resumed.told(450, 60, List.of())).isEqualTo("training: 450/500, 1:00 left");
        assertThat(resumed.told(400, 60, List.of())).isEqualTo("training: 400/500");
        assertThat(LINE.told(1, 20, List.of())).isEqualTo("training: 1/500, 2:46:20 left"); // 499 · 20 s = 9,980 s
        assertThat(new BarLine("reading", 0, 300_000_000, " MB", 1_000_000).told(150_000_000, 5, SAID.subList(0, 1)))
                .isEqualTo("reading: 150/300 MB, 0:05 left, loss 1.076");
    }

    @Test
    void where_nobody_watches_a_line_comes_every_ten_seconds() {
        try (Bar bar = piped()) {
            for (int step = 1; step <= 100; step++) {
                pass(.5);
                bar.stepTo(step, () -> List.of("loss 1.0"));
            }
        }
        assertThat(err.toString().lines())
                .containsExactly(
                        "training: 20/500, 4:00 left, loss 1.0",
                        "training: 40/500, 3:50 left, loss 1.0",
                        "training: 60/500, 3:40 left, loss 1.0",
                        "training: 80/500, 3:30 left, loss 1.0",
                        "training: 100/500, 3:20 left, loss 1.0");
    }

    @Test
    void a_line_of_another_kind_is_a_sign_of_life_too() {
        try (Bar bar = piped()) {
            pass(9);
            bar.print("step 9");
            pass(9);
            bar.stepTo(18);
            pass(1);
            bar.say(() -> List.of("evaluating, 3 %"));
        }
        assertThat(err.toString().lines()).containsExactly("step 9", "training: 18/500, 8:29 left, evaluating, 3 %");
    }

    @Test
    void a_bar_is_drawn_five_times_a_second_and_goes_at_its_end() {
        try (Bar bar = watched()) {
            for (int step = 1; step <= 100; step++) {
                pass(.01);
                bar.stepTo(step);
            }
        }
        assertThat(drawn.toString().split("\r", -1))
                .hasSize(1 + 1 + 5 + 1); // before, at the beginning, in one second, at the end
        assertThat(drawn).endsWith("100/500, 0:04 left\r\u001b[K").doesNotContain("\n");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void a_line_that_is_printed_stands_above_the_bar() {
        try (Bar bar = watched()) {
            drawn.setLength(0);
            bar.print("step 9");
        }
        assertThat(drawn).startsWith("\r\u001b[K\r\u001b[K" + "training   0%");
        assertThat(err.toString().lines()).containsExactly("step 9");
    }

    @ParameterizedTest
    @ValueSource(ints = {40, 60, 80, 120})
    void an_evaluation_has_its_validation_loss_at_any_width(int width) {
        Evaluation evaluation =
                new Evaluation(120, 1.08, 1.0699, true, 0, 0, List.of(), new Speed(4782.3, 1, 1, 13.82));
        String line = ProgressPrinter.line(evaluation, 500, width);
        assertThat(line).startsWith("step 120/500  validation 1.0699 (best)");
        assertThat(columns(line)).isLessThan(width);
        assertThat(ProgressPrinter.line(evaluation, 500, Integer.MAX_VALUE))
                .endsWith("loss 1.0800  perplexity 2.915  13.8 s  4,782 tokens/s");
    }

    @Test
    void programs_hear_of_a_step_where_they_heard_nothing_for_ten_seconds() {
        StringWriter out = new StringWriter();
        JsonEvents events = new JsonEvents(new PrintWriter(out, true), () -> nanoseconds);
        for (int step = 1; step <= 30; step++) {
            pass(1);
            events.stepped(new Step(step, () -> 1.5, () -> new Speed(100, 1, 1, 1)));
            if (step == 15) {
                events.saved(step);
            }
        }
        assertThat(out.toString().lines())
                .containsExactly(
                        "{\"event\":\"stepped\",\"step\":10,\"loss\":1.5,\"tokens_per_second\":100.0}",
                        "{\"event\":\"saved\",\"step\":15}",
                        "{\"event\":\"stepped\",\"step\":25,\"loss\":1.5,\"tokens_per_second\":100.0}");
    }
}
