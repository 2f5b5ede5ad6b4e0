package io.heed.kernels;

import static java.util.concurrent.CompletableFuture.supplyAsync;
import static java.util.concurrent.Executors.newSingleThreadExecutor;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SpareProcessorsTest {

    private final SpareProcessors spare = new SpareProcessors(EngineThreads.WORTH_SHARING);

    /** Judges passes until several threads may be tried, and returns how many there were. */
    private int passesWithOneThread(double share) {
        int passes = 0;
        while (!spare.mayBeSeveral() && passes < 1000) {
            spare.judge(false, share);
            passes++;
        }
        return passes;
    }

    @Test
    void on_an_idle_machine_every_pass_has_several_threads() {
        assertThat(spare.mayBeSeveral()).isTrue();
        for (int pass = 0; pass < 100; pass++) {
            spare.judge(true, 0.95);
            assertThat(spare.mayBeSeveral()).isTrue();
        }
    }

    @Test
    void on_a_busy_machine_only_the_first_pass_has_several() {
        spare.judge(true, 0.3);
        assertThat(passesWithOneThread(0.3)).isEqualTo(1000);
        assertThat(passesWithOneThread(1)).as("once the others are done").isLessThanOrEqualTo(2);
    }

    /** Where one thread finds a processor but several do not, they are tried ever more seldom, but not never. */
    @Test
    void waits_longer_each_time_that_several_were_too_many() {
        int[] expected = {2, 4, 8, 16, 32, 64, 64, 64};
        for (int passes : expected) {
            spare.judge(true, 0.4);
            assertThat(passesWithOneThread(1)).isEqualTo(passes);
        }
        spare.judge(true, 1);
        spare.judge(true, 0.4);
        assertThat(passesWithOneThread(1)).as("after one that went well").isEqualTo(2);
    }

    /** The engine's number is set for a pass and set back. */
    @Test
    void limits_the_engine_for_the_time_of_a_pass_only() {
        int own = EngineThreads.count();
        try {
            EngineThreads.limit(3);
            try (EngineThreads.Limit several = spare.limit()) {
                assertThat(EngineThreads.count()).isEqualTo(3);
            }
            spare.judge(true, 0.1);
            try (EngineThreads.Limit one = spare.limit()) {
                assertThat(EngineThreads.count()).isEqualTo(1);
                assertThat(supplyAsync(EngineThreads::count, newSingleThreadExecutor())
                                .join())
                        .as("of a thread that first asks in the meantime")
                        .isEqualTo(3);
            }
            assertThat(EngineThreads.count()).isEqualTo(3);
        } finally {
            EngineThreads.limit(own);
        }
    }

    @Test
    void leaves_the_number_alone_for_a_small_model_and_where_one_thread_was_asked_for() {
        int own = EngineThreads.count();
        try {
            EngineThreads.limit(3);
            try (EngineThreads.Limit none = new SpareProcessors(1000).limit()) {
                assertThat(EngineThreads.count()).isEqualTo(3);
            }
            EngineThreads.limit(1);
            passesWithOneThread(1);
            try (EngineThreads.Limit none = spare.limit()) {
                assertThat(EngineThreads.count()).isEqualTo(1);
            }
        } finally {
            EngineThreads.limit(own);
        }
    }
}
