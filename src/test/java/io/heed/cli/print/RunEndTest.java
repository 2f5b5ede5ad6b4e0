package io.heed.cli.print;

import static org.assertj.core.api.Assertions.assertThat;

import io.heed.run.Progress.Evaluation;
import io.heed.run.Progress.Speed;
import io.heed.train.TrainingRun;
import io.heed.train.TrainingRun.Ending;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said at the end of a run: which evaluation was the best, which the last, and how to go on. */
class RunEndTest {

    @TempDir
    private Path folder;

    private Path run;

    @BeforeEach
    void a_run() throws IOException {
        run = folder.resolve("my run");
        Files.createDirectories(run.resolve("training"));
        configure("lines", "it's - the first of many words", "");
    }

    private void configure(String format, String text, String sample) throws IOException {
        Path file = Files.writeString(folder.resolve("text.txt"), "\n --- \n" + text + "\nand so on\n");
        Files.writeString(run.resolve("training/config.yaml"), """
                name: mine
                data: {train: '%s', format: %s}
                model: {architecture: %s}
                training: {sample: '%s'}
                """.formatted(
                        file, format, format.equals("pairs") ? "encoder-decoder" : "decoder-only", sample));
    }

    private static Evaluation evaluation(int step, double loss) {
        return new Evaluation(step, 1, loss, true, 0, 0, List.of(), new Speed(1, 1, 1, 1));
    }

    private RunEnd end(Ending ending, @Nullable Evaluation best, @Nullable Evaluation last) {
        return end(ending, 0, 500, best, last);
    }

    private RunEnd end(Ending ending, int before, int planned, @Nullable Evaluation best, @Nullable Evaluation last) {
        return RunEnd.of(new TrainingRun.Result(run, run, before, 500, planned, best, last, 41.234, 0, ending));
    }

    @Test
    void a_run_that_grew_worse_tells_when_it_was_best_and_what_to_do() {
        assertThat(end(Ending.COMPLETE, evaluation(200, .57125), evaluation(500, .6234))
                        .summary())
                .containsExactly(
                        run + ": 500 steps in 41.2 s",
                        "  best validation loss 0.5713 at step 200",
                        "  last validation loss 0.6234 at step 500",
                        "  no improvement for 300 steps: take fewer steps, or let training.patience end the run");
    }

    @Test
    void a_run_that_was_best_at_its_end_may_take_more_steps() {
        RunEnd end = end(Ending.COMPLETE, evaluation(500, .5), evaluation(500, .5));
        assertThat(end.summary())
                .containsExactly(
                        run + ": 500 steps in 41.2 s",
                        "  best validation loss 0.5000 at step 500, the last evaluation",
                        "  still improving: more steps may help");
        assertThat(end.next()).contains("heed train --resume '" + run + "' --set training.steps=1000");
    }

    @Test
    void a_run_that_patience_ended_says_so() {
        RunEnd end = end(Ending.PATIENCE, evaluation(300, .5), evaluation(500, .6));
        assertThat(end.advice()).isEqualTo("no improvement for 200 steps, so training.patience ended it");
    }

    @Test
    void an_interrupted_run_is_resumed_first() {
        RunEnd end = end(Ending.INTERRUPTED, 0, 2000, null, null);
        assertThat(end.summary()).containsExactly(run + ": stopped after 500 of 2000 steps in 41.2 s");
        assertThat(end.next())
                .containsExactly(
                        "heed train --resume '" + run + "'",
                        "heed predict '" + run + "' 'it'\\''s - the'",
                        "heed attention '" + run + "' 'it'\\''s - the'");
    }

    @Test
    void a_run_that_stopped_after_its_last_evaluation_takes_that_for_no_end() {
        assertThat(end(Ending.INTERRUPTED, 0, 2000, evaluation(400, .5), evaluation(400, .5))
                        .summary())
                .containsExactly(
                        run + ": stopped after 500 of 2000 steps in 41.2 s",
                        "  best validation loss 0.5000 at step 400, the last evaluation");
    }

    @Test
    void a_run_that_was_complete_is_told_in_a_line() {
        RunEnd end = end(Ending.COMPLETE, 500, 500, evaluation(200, .57125), evaluation(500, .6234));
        assertThat(end.summary())
                .containsExactly(run + " was already complete: 500 steps, best validation loss 0.5713 at step 200");
        assertThat(end.next()).contains("heed train --resume '" + run + "' --set training.steps=1000");
        RunEnd patient = end(Ending.PATIENCE, 500, 2000, evaluation(200, .57125), evaluation(500, .6234));
        assertThat(patient.summary().get(0)).contains("already complete: 500 of 2000 steps");
        assertThat(patient.next()).contains("heed train --resume '" + run + "' --set training.patience=0");
    }

    @Test
    void commands_try_the_sample_or_how_the_text_begins() throws IOException {
        assertThat(predict()).isEqualTo("heed predict '" + run + "' 'it'\\''s - the'");
        configure("lines", "--no option", "");
        assertThat(predict()).isEqualTo("heed predict '" + run + "' 'no option'");
        configure("lines", "no option", "the cat");
        assertThat(predict()).isEqualTo("heed predict '" + run + "' 'the cat'");
        configure("pairs", "le chat est noir\tthe cat is black", "");
        assertThat(predict()).isEqualTo("heed translate '" + run + "' 'le chat est noir'");
    }

    private String predict() {
        return end(Ending.COMPLETE, evaluation(200, .5), evaluation(500, .6))
                .next()
                .get(0);
    }
}
