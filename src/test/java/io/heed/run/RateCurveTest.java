package io.heed.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The rule for suggesting rates, on losses whose minimum is known. */
class RateCurveTest {

    /** Losses that are a parabola over the logarithm of the rate, lowest at 0.5; Muon's rate is 4 times AdamW's. */
    private static RateCurve parabola(double depth, boolean muon) {
        List<RateCurve.Point> points = IntStream.rangeClosed(-12, 3)
                .mapToObj(i -> 0.5 * Math.pow(2, i))
                .map(rate -> {
                    double away = (Math.log(rate / 0.5) / Math.log(2)) / 12;
                    double loss = 4 * (1 - depth * (1 - away * away));
                    return new RateCurve.Point(rate, muon ? 4 * rate : null, loss, loss);
                })
                .toList();
        return new RateCurve(points);
    }

    @Test
    void suggests_a_tenth_of_the_rates_of_the_lowest_loss() {
        List<RateCurve.Point> points = List.of(
                new RateCurve.Point(.1, .4, 4, 4),
                new RateCurve.Point(.5, 2.0, 2, 2),
                new RateCurve.Point(1, 4.0, 3, 3));
        assertThat(new RateCurve(points).suggestion()).contains(new RateCurve.Rates(.05, .2));
    }

    /** i doublings from its minimum the parabola has fallen by 1 − (i/12)² of its depth: by four fifths first at i = −5. */
    @Test
    void suggests_half_the_rates_at_four_fifths_of_the_fall_if_that_is_less() {
        RateCurve.Rates rates = parabola(.5, true).suggestion().orElseThrow();
        assertThat(rates.learningRate()).isEqualTo(.0078); // 0.5 / 2⁵ / 2 = 0.0078125
        assertThat(rates.muonLearningRate()).isEqualTo(.031); // 4 times that
    }

    @Test
    void suggests_nothing_if_the_loss_hardly_fell() {
        assertThat(parabola(.06, true).suggestion()).isPresent();
        assertThat(parabola(.04, true).suggestion()).isEmpty();
        assertThat(new RateCurve(List.of()).suggestion()).isEmpty();
    }

    @Test
    void rounds_to_two_digits() {
        RateCurve.Point first = new RateCurve.Point(1e-3, 1e-2, 4, 4);
        RateCurve.Point low = new RateCurve.Point(.12345, .9876, 2, 2);
        assertThat(new RateCurve(List.of(first, low)).suggestion()).contains(new RateCurve.Rates(.012, .099));
    }

    @Test
    void the_running_mean_is_bias_corrected() {
        RateCurve.Smoothing smoothing = new RateCurve.Smoothing();
        assertThat(smoothing.add(4)).isEqualTo(4, within(1e-12));
        assertThat(smoothing.add(2)).isEqualTo((.9 * .1 * 4 + .1 * 2) / (1 - .9 * .9), within(1e-12));
    }

    @Test
    void a_mean_four_times_the_lowest_is_an_explosion() {
        RateCurve.Smoothing smoothing = new RateCurve.Smoothing();
        assertThat(smoothing.exploded()).isFalse();
        smoothing.add(1);
        double weight = 1 - .9 * .9; // then the mean is (0.09 + 0.1·loss) / 0.19, which is 4 where the loss is 6.7
        smoothing.add((4 * weight - .09) / .1 - .01);
        assertThat(smoothing.exploded()).isFalse();
        RateCurve.Smoothing other = new RateCurve.Smoothing();
        other.add(1);
        other.add((4 * weight - .09) / .1 + .01);
        assertThat(other.exploded()).isTrue();
    }
}
