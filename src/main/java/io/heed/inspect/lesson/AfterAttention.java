package io.heed.inspect.lesson;

import io.heed.inspect.Tensor;
import io.heed.inspect.lesson.Lesson.Section;
import io.heed.model.Activation;
import io.heed.model.Trace.Step;
import io.heed.model.Weight;
import io.heed.model.Weight.Role;
import java.util.ArrayList;
import java.util.List;

/** The steps of a lesson from the heads' outputs to the end of their layer. */
final class AfterAttention {

    private final Explanation told;
    private final Figures figures;

    AfterAttention(Explanation told, Figures figures) {
        this.told = told;
        this.figures = figures;
    }

    List<Section> sections() {
        return List.of(
                heads(),
                residual(
                        "the residual stream goes on",
                        "What attention found is added to what the word already was, so nothing is lost.",
                        Step.RESIDUAL_BEFORE,
                        Step.ATTENTION_OUTPUT,
                        Step.RESIDUAL_MIDDLE),
                norm(),
                inner(),
                output(),
                residual(
                        "the end of the layer",
                        "The feed-forward network's output is added too. This is what the next step starts from.",
                        Step.RESIDUAL_MIDDLE,
                        Step.FEED_FORWARD_OUTPUT,
                        Step.RESIDUAL_AFTER));
    }

    private SectionDraft draft(String title) {
        return new SectionDraft("Layer %d: %s".formatted(told.choice().layer(), title), figures);
    }

    private Section heads() {
        int heads = told.config().heads();
        int head = told.choice().head();
        int width = told.config().headWidth();
        int position = told.choice().position();
        int model = told.config().width();
        Tensor contributions = told.recording().get(told.choice().layer(), Step.HEAD_CONTRIBUTION);
        float[] bias = told.numbers(told.weight(Role.OUTPUT_BIAS));
        float[] output = told.at(Step.ATTENTION_OUTPUT);
        List<String> headings = new ArrayList<>(List.of("c"));
        for (int h = 0; h < heads; h++) {
            headings.add("head " + h);
        }
        headings.addAll(List.of("bias", "sum"));
        List<List<String>> rows = new ArrayList<>();
        for (int c = 0; c < model; c++) {
            List<String> row = new ArrayList<>(List.of(String.valueOf(c)));
            for (int h = 0; h < heads; h++) {
                row.add(figures.start(contributions.get(h, position, c)));
            }
            row.add(figures.start(bias[c]));
            row.add(figures.end(output[c]));
            rows.add(row);
        }
        float[] column = told.column(told.weight(Role.OUTPUT), 0);
        float[] rowsOfHead = new float[width];
        System.arraycopy(column, head * width, rowsOfHead, 0, width);
        SectionDraft draft = draft("the heads are joined")
                .say(
                        ("The outputs of the %d heads are laid side by side and multiplied by %s. That is the same as giving each"
                                        + " head %d rows of the matrix and adding up what each makes of them. Head %d has the rows from %d"
                                        + " on; its first number is")
                                .formatted(heads, told.weight(Role.OUTPUT).name(), width, head, head * width));
        draft.product(
                "contribution[0] of head %d".formatted(head),
                figures.started(told.ofHead(Step.HEAD_OUTPUT)[position]),
                figures.started(rowsOfHead));
        return draft.table("What each head contributes", headings, rows).finish();
    }

    private Section residual(String title, String why, Step before, Step added, Step after) {
        float[] x = told.at(before);
        float[] more = told.at(added);
        float[] sum = told.at(after);
        List<List<String>> rows = new ArrayList<>();
        for (int c = 0; c < x.length; c++) {
            rows.add(List.of(String.valueOf(c), figures.start(x[c]), figures.start(more[c]), figures.end(sum[c])));
        }
        return draft(title)
                .say(why)
                .table("The sum", List.of("c", "before", "added", "after"), rows)
                .finish();
    }

    private Section norm() {
        return Norms.tell(
                        draft("the second norm"),
                        figures,
                        told,
                        told.at(Step.RESIDUAL_MIDDLE),
                        told.at(Step.FEED_FORWARD_INPUT),
                        Role.FEED_FORWARD_NORM,
                        Role.FEED_FORWARD_NORM_SHIFT)
                .finish();
    }

    private Section inner() {
        float[] y = told.at(Step.FEED_FORWARD_INPUT);
        float[] inner = told.at(Step.FEED_FORWARD_INNER);
        float[] active = told.at(Step.FEED_FORWARD_ACTIVE);
        int most = 0;
        for (int f = 1; f < active.length; f++) {
            most = active[f] > active[most] ? f : most;
        }
        float[] column = told.column(told.weight(Role.UP), most);
        float bias = told.numbers(told.weight(Role.UP_BIAS))[most];
        List<List<String>> rows = products(y, column);
        rows.add(List.of("bias", "", "", figures.start(bias)));
        rows.add(List.of("sum + bias", "", "", figures.end(inner[most])));
        List<List<String>> all = new ArrayList<>();
        for (int f = 0; f < inner.length; f++) {
            all.add(List.of(String.valueOf(f), figures.start(inner[f]), figures.end(active[f])));
        }
        return draft("the feed-forward network opens")
                .say(
                        ("Every word is now thought over by itself. %d inner numbers are made, each of all %d numbers of the word"
                                        + " by a column of %s. The one that answers strongest here is number %d:")
                                .formatted(
                                        inner.length,
                                        y.length,
                                        told.weight(Role.UP).name(),
                                        most))
                .table("Inner number %d".formatted(most), List.of("c", "y", "W", "y·W"), rows)
                .say("The activation lets large numbers pass and holds back those below zero:")
                .formula(formula(told.config().feedForward().activation()))
                .table("All inner numbers", List.of("f", "inner", "active"), all)
                .finish();
    }

    private List<List<String>> products(float[] a, float[] b) {
        List<List<String>> rows = new ArrayList<>();
        for (int i = 0; i < a.length; i++) {
            rows.add(List.of(
                    String.valueOf(i),
                    figures.start(a[i]),
                    figures.start(b[i]),
                    figures.start(figures.started(a[i]) * figures.started(b[i]))));
        }
        return rows;
    }

    private static String formula(Activation activation) {
        return switch (activation) {
            case GELU_NEW -> "active = inner/2 · (1 + tanh(√(2/π) · (inner + 0.044715·inner³)))";
            case GELU -> "active = inner/2 · (1 + erf(inner/√2))";
            case RELU -> "active = max(inner, 0)";
            case SILU -> "active = inner / (1 + e^−inner)";
        };
    }

    private Section output() {
        float[] active = told.at(Step.FEED_FORWARD_ACTIVE);
        float[] output = told.at(Step.FEED_FORWARD_OUTPUT);
        Weight down = told.weight(Role.DOWN);
        List<List<String>> rows = products(active, told.column(down, 0));
        rows.add(List.of("bias", "", "", figures.start(told.numbers(told.weight(Role.DOWN_BIAS))[0])));
        rows.add(List.of("sum + bias", "", "", figures.end(output[0])));
        return draft("the feed-forward network closes")
                .say("A second matrix, %s, makes %d numbers of the %d again. The first of them:"
                        .formatted(down.name(), output.length, active.length))
                .table("Output number 0", List.of("f", "active", "W", "active·W"), rows)
                .vector("All of the output", output, figures::end)
                .finish();
    }
}
