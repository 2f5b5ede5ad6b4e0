package io.heed.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** The learning rates' schedules, by their formulas: a linear warm-up, a constant part, a decay. */
class ScheduleTest {

    private static final double END = .1;
    private static final double CLOSE = 1e-12;

    /** Up over 10 steps, then down over the remaining 100. */
    private final Schedule cosine = new Schedule(Schedule.Shape.COSINE, END, 10, 1, 110);

    @Test
    void the_warm_up_is_linear() {
        assertThat(cosine.share(0)).isEqualTo(1. / 10, within(CLOSE));
        assertThat(cosine.share(4)).isEqualTo(1. / 2, within(CLOSE));
        assertThat(cosine.share(9)).isEqualTo(1, within(CLOSE));
    }

    @Test
    void the_cosine_falls_from_the_peak_through_the_mean_to_the_end() {
        assertThat(cosine.share(10)).isEqualTo(1, within(CLOSE));
        assertThat(cosine.share(60)).isEqualTo((1 + END) / 2, within(CLOSE)); // cos(π/2) = 0
        assertThat(cosine.share(110)).isEqualTo(END, within(CLOSE));
        assertThat(cosine.share(1000)).isEqualTo(END, within(CLOSE));
    }

    @Test
    void a_third_of_the_way_down_three_quarters_of_the_cosine_remain() {
        Schedule thirds = new Schedule(Schedule.Shape.COSINE, END, 0, 1, 90);
        assertThat(thirds.share(30)).isEqualTo(END + .75 * (1 - END), within(CLOSE)); // cos(π/3) = 1/2
    }

    @Test
    void a_linear_decay_falls_by_the_same_amount_each_step() {
        Schedule linear = new Schedule(Schedule.Shape.LINEAR, 0, 0, .6, 100);
        assertThat(linear.share(0)).isEqualTo(1);
        assertThat(linear.share(40)).isEqualTo(1); // the last 60 steps begin here
        assertThat(linear.share(41)).isEqualTo(59. / 60, within(CLOSE));
        assertThat(linear.share(70)).isEqualTo(.5, within(CLOSE));
        assertThat(linear.share(99)).isEqualTo(1. / 60, within(CLOSE));
    }

    @Test
    void a_root_decay_falls_quickly_at_first() {
        Schedule root = new Schedule(Schedule.Shape.SQRT, END, 0, .5, 200);
        assertThat(root.share(100)).isEqualTo(1);
        assertThat(root.share(125)).isEqualTo(END + .5 * (1 - END), within(CLOSE)); // √¼ = ½
        assertThat(root.share(164)).isEqualTo(END + .2 * (1 - END), within(CLOSE)); // √.64 = .8
    }

    @Test
    void a_constant_rate_stays() {
        Schedule constant = new Schedule(Schedule.Shape.CONSTANT, 0, 2, 1, 10);
        assertThat(constant.share(2)).isEqualTo(1);
        assertThat(constant.share(9)).isEqualTo(1);
    }

    @Test
    void a_warm_up_as_long_as_the_run_ends_at_the_peak() {
        assertThat(new Schedule(Schedule.Shape.COSINE, END, 100, 1, 100).share(99))
                .isEqualTo(1, within(CLOSE));
    }
}
