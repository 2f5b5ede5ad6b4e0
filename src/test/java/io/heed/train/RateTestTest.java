package io.heed.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.heed.run.Progress;
import io.heed.run.RateCurve;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The learning rate test, on a tiny run. */
class RateTestTest {

    @TempDir
    private Path folder;

    private final List<RateCurve.Point> told = new ArrayList<>();

    private Optional<RateCurve> test(BooleanSupplier interrupted, String... overrides) throws IOException {
        TinyRun tiny = new TinyRun(folder);
        return RateTest.run(
                tiny.config("mine", overrides),
                tiny.models().resolve(".data"),
                (stage, done, all) -> {},
                told::add,
                interrupted);
    }

    @Test
    void rates_grow_by_a_constant_factor_and_keep_their_ratio() throws IOException {
        List<RateCurve.Point> points = test(() -> false).orElseThrow().points();
        double factor = Math.pow(1e6, 1. / 99); // from 1e-5 to 10
        for (int i = 0; i < points.size(); i++) {
            RateCurve.Point point = points.get(i);
            assertThat(point.muonLearningRate()).isEqualTo(1e-5 * Math.pow(factor, i), within(1e-9));
            assertThat(point.learningRate()).isEqualTo(point.muonLearningRate() * .01 / .03, within(1e-9));
        }
        assertThat(told).isEqualTo(points);
    }

    /** A weight decay of 4 multiplies weights by 1 − 4·rate: −3 or less at rates from 1 on, which the last seventh of the test reaches. */
    @Test
    void stops_when_the_loss_explodes_and_suggests_less_than_at_the_lowest_loss() throws IOException {
        RateCurve curve = test(() -> false, "training.optimizer=adamw", "training.weight_decay=4")
                .orElseThrow();
        List<RateCurve.Point> points = curve.points();
        double low = curve.lowest().orElseThrow().smoothedLoss();
        assertThat(points).hasSizeLessThan(RateTest.STEPS);
        assertThat(points.subList(0, points.size() - 1)).allMatch(point -> point.smoothedLoss() <= 4 * low);
        assertThat(points.get(points.size() - 1).smoothedLoss())
                .isGreaterThan(4 * low)
                .isFinite();
        assertThat(curve.suggestion().orElseThrow().learningRate())
                .isBetween(1e-4, curve.lowest().orElseThrow().learningRate() / 9);
    }

    /** At rates near zero the weights do not change, so the losses are those of the batches of the run's own first steps. */
    @Test
    void reads_the_batches_of_the_runs_own_first_steps() throws IOException {
        RateCurve.Point first = test(() -> false).orElseThrow().points().get(0);
        List<Double> losses = new ArrayList<>();
        TinyRun tiny = new TinyRun(folder);
        TrainingRun.begin(
                tiny.config("whole", "training.steps=1"),
                "heed train",
                tiny.models(),
                false,
                new Progress() {
                    @Override
                    public void stepped(Step step) {
                        losses.add(step.loss().getAsDouble());
                    }
                },
                () -> false);
        assertThat(losses).containsExactly(first.loss());
    }

    @Test
    void does_the_same_whatever_the_configured_rates() throws IOException {
        List<RateCurve.Point> once = test(() -> false).orElseThrow().points();
        List<RateCurve.Point> lower = test(
                        () -> false, "training.learning_rate=0.0001", "training.muon_learning_rate=0.0003")
                .orElseThrow()
                .points();
        assertThat(lower).hasSameSizeAs(once);
        assertThat(lower.get(50).loss()).isEqualTo(once.get(50).loss(), within(1e-2));
    }

    @Test
    void stops_when_interrupted_and_leaves_nothing_behind() throws IOException {
        assertThat(test(() -> told.size() == 3)).isEmpty();
        assertThat(told).hasSize(3);
        assertThat(new TinyRun(folder).models()).doesNotExist();
    }
}
