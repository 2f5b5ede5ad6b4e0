package io.heed.inspect.circuit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import io.heed.Seeds;
import io.heed.inspect.circuit.graph.Graph;
import io.heed.inspect.circuit.graph.RandomWays;
import io.heed.model.shape.ModelConfig;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The figures of a proof that are computed from others, worked by hand. */
class CircuitProofTest {

    private static BitSet set(int... edges) {
        BitSet set = new BitSet();
        IntStream.of(edges).forEach(set::set);
        return set;
    }

    @Test
    void the_area_is_that_of_trapezoids() {
        List<CircuitProof.Point> curve = List.of(new CircuitProof.Point(2, .5), new CircuitProof.Point(4, 1));
        assertThat(CircuitProof.area(curve, 4)).isCloseTo((2 * .25 + 2 * .75) / 4, offset(1e-12));
    }

    @Test
    void circuits_agree_in_the_share_of_edges_that_two_have_in_common() {
        assertThat(CircuitReport.agreement(List.of(set(1, 2, 3), set(2, 3, 4), set(1, 2, 3))))
                .isCloseTo((.5 + 1 + .5) / 3, offset(1e-12));
        assertThat(CircuitReport.agreement(List.of(set(1), set(2)))).isZero();
        assertThat(CircuitReport.agreement(List.of(set(1)))).isNaN();
    }

    private static StandIn heads(String first, double withoutFirst, double withoutSecond, double withoutBoth) {
        return new StandIn(first, "1.1", withoutFirst, withoutSecond, withoutBoth);
    }

    @Test
    void heads_stand_in_for_each_other_if_only_both_are_missed() {
        assertThat(StandIn.chosen(List.of(
                        heads("0.0", .1, .2, 3), // lost without both alone
                        heads("0.1", .1, .5, 3), // more than a tenth lost without the second
                        heads("0.2", -.9, .1, 3), // much won without the first
                        heads("0.3", .01, .01, .9), // too little
                        heads("1.0", .3, -.3, 5))))
                .extracting(StandIn::first)
                .containsExactly("1.0", "0.0");
    }

    @Test
    void random_circuits_lie_on_ways_from_the_words_to_the_logits() {
        Graph graph = new Graph(ModelConfig.builder(10, 16, 8, 3).build());
        BitSet all = new BitSet();
        for (int size : List.of(1, 2, 5, 9, graph.size())) {
            for (int i = 0; i < 20; i++) {
                BitSet drawn = RandomWays.of(graph, size, Seeds.random(0, "ways", i));
                assertThat(drawn.cardinality()).isBetween(1, size);
                assertThat(graph.connected(drawn)).isEqualTo(drawn);
                assertThat(drawn).isEqualTo(RandomWays.of(graph, size, Seeds.random(0, "ways", i)));
                all.or(drawn);
            }
        }
        assertThat(all).as("any edge may be drawn").isEqualTo(graph.all());
        assertThat(RandomWays.of(graph, 9, Seeds.random(0, "ways", 1)))
                .isNotEqualTo(RandomWays.of(graph, 9, Seeds.random(0, "ways", 2)));
    }
}
