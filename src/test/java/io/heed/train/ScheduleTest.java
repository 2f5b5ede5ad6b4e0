package io.heed.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** The learning rate, by its formula: up in a straight line, down along half a cosine. */
class ScheduleTest {

    private static final double PEAK = .01;
    private static final double MINIMUM = .001;
    private final Schedule schedule = new Schedule(PEAK, MINIMUM, 10, 110);

    @Test
    void the_first_step_takes_the_first_share_of_the_warm_up() {
        assertThat(schedule.rate(0)).isEqualTo(PEAK / 10, within(1e-15));
    }

    @Test
    void the_warm_up_is_a_straight_line_to_the_peak() {
        assertThat(schedule.rate(4)).isEqualTo(PEAK / 2, within(1e-15));
        assertThat(schedule.rate(9)).isEqualTo(PEAK, within(1e-15));
    }

    @Test
    void the_cosine_starts_at_the_peak() {
        assertThat(schedule.rate(10)).isEqualTo(PEAK, within(1e-15));
    }

    @Test
    void halfway_it_is_the_mean_of_peak_and_minimum() {
        assertThat(schedule.rate(60)).isEqualTo((PEAK + MINIMUM) / 2, within(1e-15)); // cos(π/2) = 0
    }

    @Test
    void a_third_of_the_way_three_quarters_of_the_height_are_left() {
        Schedule thirds = new Schedule(PEAK, MINIMUM, 0, 90);
        assertThat(thirds.rate(30)).isEqualTo(MINIMUM + .75 * (PEAK - MINIMUM), within(1e-15)); // cos(π/3) = 1/2
    }

    @Test
    void the_last_step_is_a_step_before_the_minimum() {
        // 1 + cos(π·99/100) = 1 − cos(π/100), about (π/100)²/2 = 4.93e-4
        assertThat(schedule.rate(109)).isEqualTo(MINIMUM + .5 * (PEAK - MINIMUM) * 4.934e-4, within(1e-8));
    }

    @Test
    void at_the_end_and_after_it_the_rate_is_the_minimum() {
        assertThat(schedule.rate(110)).isEqualTo(MINIMUM, within(1e-15));
        assertThat(schedule.rate(1000)).isEqualTo(MINIMUM, within(1e-15));
    }

    @Test
    void it_never_rises_after_the_warm_up() {
        for (int step = 10; step < 110; step++) {
            assertThat(schedule.rate(step + 1)).isLessThan(schedule.rate(step));
        }
    }

    @Test
    void without_warm_up_the_first_step_takes_the_peak() {
        assertThat(new Schedule(PEAK, MINIMUM, 0, 100).rate(0)).isEqualTo(PEAK, within(1e-15));
    }

    @Test
    void a_warm_up_as_long_as_the_run_ends_at_the_peak() {
        assertThat(new Schedule(PEAK, MINIMUM, 100, 100).rate(99)).isEqualTo(PEAK, within(1e-15));
    }
}
