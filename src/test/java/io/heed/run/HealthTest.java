package io.heed.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Problems are reported once, and normal behaviour is not. */
class HealthTest {

    private static final List<Progress.Layer> USUAL = List.of(
            new Progress.Layer("the embedding", 0.5, 0.01),
            new Progress.Layer("layer 0", 0.3, 0.01),
            new Progress.Layer("layer 1", 0.2, 0.02));

    private Health health = new Health(Health.Seen.NOTHING);

    /** Losses that fall from 5 to 2 with the noise of a small batch. */
    private List<String> learn(int steps) {
        Random random = new Random(1);
        List<String> told = new ArrayList<>();
        for (int step = 1; step <= steps; step++) {
            told.addAll(health.look(step, 2 + 3 * Math.exp(-step / 50.0) + 0.1 * random.nextGaussian()));
        }
        return told;
    }

    @Test
    void a_healthy_run_gives_no_warnings() {
        assertThat(learn(2000)).isEmpty();
        assertThat(health.look(2000, USUAL)).isEmpty();
    }

    @Test
    void the_running_mean_and_deviation_are_those_of_the_losses() {
        Random random = new Random(2);
        for (int step = 1; step <= 5000; step++) {
            health.look(step, 3 + 0.2 * random.nextGaussian());
        }
        assertThat(health.seen().mean()).isEqualTo(3, within(.15)); // of some 40 losses: 0.2/√40 is 0.03
        assertThat(Math.sqrt(health.seen().variance())).isEqualTo(0.2, within(.08));
    }

    @Test
    void a_jump_of_the_loss_is_reported_once_with_its_step() {
        learn(300);
        assertThat(health.look(301, 6.5)).singleElement().asString().contains("to 6.500 at step 301", "warmup_steps");
        assertThat(health.look(302, 9)).isEmpty();
    }

    @Test
    void the_high_losses_of_the_first_steps_are_not_a_jump() {
        assertThat(health.look(1, 4)).isEmpty();
        assertThat(health.look(2, 9)).isEmpty();
    }

    @Test
    void a_resumed_run_does_not_repeat_warnings() {
        learn(300);
        health.look(301, 6.5);
        health = new Health(health.seen());
        assertThat(health.look(302, 50)).isEmpty();
    }

    @Test
    void a_layer_that_no_longer_learns_is_named() {
        List<Progress.Layer> dead = List.of(USUAL.get(0), USUAL.get(1), new Progress.Layer("layer 1", 1e-8, 0.001));
        assertThat(health.look(100, dead)).singleElement().asString().contains("layer 1 no longer learns", "step 100");
        assertThat(health.look(200, dead)).isEmpty();
    }

    @Test
    void a_layer_whose_gradients_explode_is_named() {
        List<Progress.Layer> exploding =
                List.of(new Progress.Layer("the embedding", 500, 0.01), USUAL.get(1), USUAL.get(2));
        assertThat(health.look(100, exploding))
                .singleElement()
                .asString()
                .contains("the embedding explode", "step 100");
    }

    @Test
    void a_step_that_replaces_a_layer_is_reported() {
        List<Progress.Layer> replaced = List.of(USUAL.get(0), new Progress.Layer("layer 0", 0.3, 1.5), USUAL.get(2));
        assertThat(health.look(100, replaced))
                .singleElement()
                .asString()
                .contains("step 100 changed the weights of layer 0 by 1.5 times their size");
    }

    @Test
    void layers_that_start_at_zero_are_given_time() {
        assertThat(health.look(1, List.of(USUAL.get(0), USUAL.get(1), new Progress.Layer("layer 1", 0, 0))))
                .isEmpty();
    }
}
