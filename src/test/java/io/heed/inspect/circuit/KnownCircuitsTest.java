package io.heed.inspect.circuit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import io.heed.checkpoint.LanguageModel;
import io.heed.inspect.circuit.known.KnownModel;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The circuits of models that have no other: trained with all weights held at zero that any other way would need. */
class KnownCircuitsTest {

    private static final double BAR = 0.95;

    private static final Map<String, KnownFigures> MEASURED = new ConcurrentHashMap<>();

    static List<KnownModel> models() {
        return KnownModel.all();
    }

    private static KnownFigures figures(KnownModel known) {
        return MEASURED.computeIfAbsent(known.name(), name -> KnownFigures.of(known));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("models")
    void a_model_solves_its_task_and_has_no_weight_beyond_its_wiring(KnownModel known) {
        try (LanguageModel model = known.model()) {
            assertThat(known.accuracy(model)).isGreaterThanOrEqualTo(KnownModel.SOLVED);
            assertThat(known.excess(model))
                    .as("the largest number that does not fit")
                    .isLessThan(1e-4);
            assertThat(known.truth().edges()).isEqualTo(known.wired(model)).isNotEmpty();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("models")
    void the_true_circuit_carries_the_answer_alone_and_each_of_its_edges_is_needed(KnownModel known) {
        KnownFigures figures = figures(known);
        assertThat(figures.faithfulness()).isCloseTo(1, offset(0.01));
        assertThat(figures.least()).as("lost without the least true edge").isGreaterThan(0.1);
        assertThat(figures.leak()).as("lost or won without another edge").isLessThan(0.01);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("models")
    void exact_effects_and_gradients_rank_the_true_edges_first(KnownModel known) {
        KnownFigures figures = figures(known);
        assertThat(figures.exact()).as("exact effects").isGreaterThanOrEqualTo(BAR);
        assertThat(figures.order()).as("the order of the search").isGreaterThanOrEqualTo(BAR);
        assertThat(figures.gradients()).as("integrated gradients").isGreaterThanOrEqualTo(BAR);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("models")
    void the_circuit_that_is_found_has_no_other_edge(KnownModel known) {
        KnownFigures figures = figures(known);
        assertThat(figures.wrong()).as("wrong edges").isZero();
        assertThat(figures.missing()).as("missing edges").isZero();
        assertThat(figures.wrongByGradients()).as("wrong edges by gradients").isZero();
        assertThat(figures.missingByGradients())
                .as("missing edges by gradients")
                .isZero();
    }

    /** The measures can fail: another circuit, which a model of the same shape has, is not taken for this one's. */
    @Test
    void the_circuit_of_another_model_is_noticed() {
        KnownModel both = named("both");
        KnownFigures figures = KnownFigures.of(both, named("equal").truth());
        assertThat(figures.exact()).isLessThan(BAR);
        assertThat(figures.gradients()).isLessThan(BAR);
        assertThat(figures.wrong()).isPositive();
        assertThat(figures.missing()).isPositive();
        assertThat(figures.faithfulness()).isLessThan(0.1);
    }

    private static KnownModel named(String name) {
        return models().stream()
                .filter(known -> known.name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
