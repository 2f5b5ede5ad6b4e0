package io.heed.inspect.lesson;

import io.heed.inspect.lesson.Lesson.Section;
import io.heed.model.Trace.Step;
import io.heed.model.Weight;
import io.heed.model.Weight.Role;
import io.heed.model.shape.Activation;
import java.util.ArrayList;
import java.util.List;

/** The steps of a lesson through the feed-forward network of a layer. */
final class FeedForwardSteps {

    private final Explanation told;
    private final Figures figures;
    private final float[] y;
    private final float[] inner;
    private final float[] active;
    private final boolean gated;

    FeedForwardSteps(Explanation told, Figures figures) {
        this.told = told;
        this.figures = figures;
        y = told.at(Step.FEED_FORWARD_INPUT);
        inner = told.at(Step.FEED_FORWARD_INNER);
        active = told.at(Step.FEED_FORWARD_ACTIVE);
        gated = told.config().feedForward().gated();
    }

    List<Section> sections() {
        return List.of(gated ? gated() : plain(), output());
    }

    private SectionDraft draft(String title) {
        return new SectionDraft("Layer %d: %s".formatted(told.choice().layer(), title), figures);
    }

    /** The inner number that is largest after the activation. */
    private int most() {
        int most = 0;
        for (int f = 1; f < active.length; f++) {
            most = active[f] > active[most] ? f : most;
        }
        return most;
    }

    private Section plain() {
        int most = most();
        List<List<String>> all = new ArrayList<>();
        for (int f = 0; f < inner.length; f++) {
            all.add(List.of(String.valueOf(f), figures.start(inner[f]), figures.end(active[f])));
        }
        return draft("into the feed-forward network")
                .say(
                        ("Each position is now transformed on its own. %d inner numbers are computed, each from all %d numbers of the"
                                        + " vector and a column of %s. The largest here is number %d:")
                                .formatted(
                                        inner.length,
                                        y.length,
                                        told.weight(Role.UP).name(),
                                        most))
                .table(
                        "Inner number %d".formatted(most),
                        List.of("c", "y", "W", "y·W"),
                        withBias(y, Role.UP, Role.UP_BIAS, most, inner[most]))
                .say("The activation lets large numbers through and holds back those below zero:")
                .formula("active = " + formula("inner"))
                .table("All inner numbers", List.of("f", "inner", "active"), all)
                .finish();
    }

    private Section gated() {
        int most = most();
        float[] gate = told.at(Step.FEED_FORWARD_GATE);
        List<List<String>> all = new ArrayList<>();
        for (int f = 0; f < inner.length; f++) {
            all.add(List.of(
                    String.valueOf(f), figures.start(gate[f]), figures.start(inner[f]), figures.end(active[f])));
        }
        return draft("into the feed-forward network, with a gate")
                .say(
                        ("Each position is now transformed on its own. %d inner numbers are computed, each from all %d numbers of the"
                                        + " vector and a column of %s; a column of %s makes each inner number a gate. The largest product of"
                                        + " the two here is number %d. Its gate, and its inner number:")
                                .formatted(
                                        inner.length,
                                        y.length,
                                        told.weight(Role.UP).name(),
                                        told.weight(Role.GATE).name(),
                                        most))
                .table(
                        "Gate %d".formatted(most),
                        List.of("c", "y", "W", "y·W"),
                        withBias(y, Role.GATE, Role.GATE_BIAS, most, gate[most]))
                .table(
                        "Inner number %d".formatted(most),
                        List.of("c", "y", "W", "y·W"),
                        withBias(y, Role.UP, Role.UP_BIAS, most, inner[most]))
                .say(
                        "The activation opens a gate that is large and closes one below zero; it multiplies the inner number:")
                .formula("active = inner · " + formula("gate"))
                .table("All inner numbers", List.of("f", "gate", "inner", "active"), all)
                .finish();
    }

    /** The products of a vector with a column of a matrix, the column's bias and the sum. */
    private List<List<String>> withBias(float[] x, Role matrix, Role bias, int column, float sum) {
        float[] weights = told.column(told.weight(matrix), column);
        List<List<String>> rows = new ArrayList<>();
        for (int i = 0; i < x.length; i++) {
            rows.add(List.of(
                    String.valueOf(i),
                    figures.start(x[i]),
                    figures.start(weights[i]),
                    figures.start(figures.started(x[i]) * figures.started(weights[i]))));
        }
        rows.add(List.of("bias", "", "", figures.start(told.numbers(told.weight(bias))[column])));
        rows.add(List.of("sum + bias", "", "", figures.end(sum)));
        return rows;
    }

    private String formula(String x) {
        Activation activation = told.config().feedForward().activation();
        return switch (activation) {
            case GELU_NEW -> "%s/2 · (1 + tanh(√(2/π) · (%s + 0.044715·%s³)))".formatted(x, x, x);
            case GELU -> "%s/2 · (1 + erf(%s/√2))".formatted(x, x);
            case RELU -> "max(%s, 0)".formatted(x);
            case SILU -> "%s / (1 + e^−%s)".formatted(x, x);
        };
    }

    private Section output() {
        float[] output = told.at(Step.FEED_FORWARD_OUTPUT);
        Weight down = told.weight(Role.DOWN);
        return draft("out of the feed-forward network")
                .say("A second matrix, %s, projects the %d numbers back to %d. The first of them:"
                        .formatted(down.name(), active.length, output.length))
                .table(
                        "Output number 0",
                        List.of("f", "active", "W", "active·W"),
                        withBias(active, Role.DOWN, Role.DOWN_BIAS, 0, output[0]))
                .vector("All of the output", output, figures::end)
                .finish();
    }
}
