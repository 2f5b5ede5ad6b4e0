package io.heed.inspect.lesson;

import io.heed.inspect.Tensor;
import io.heed.inspect.lesson.Lesson.Section;
import io.heed.model.Trace.Step;
import io.heed.model.Weight.Role;
import io.heed.model.shape.Residual;
import java.util.ArrayList;
import java.util.List;

/** The steps of a lesson from the heads' outputs to the end of their layer. */
final class AfterAttention {

    private final Explanation told;
    private final Figures figures;
    private final boolean parallel;

    AfterAttention(Explanation told, Figures figures) {
        this.told = told;
        this.figures = figures;
        parallel = told.config().residual() == Residual.PARALLEL;
    }

    List<Section> sections() {
        List<Section> sections = new ArrayList<>(List.of(
                heads(),
                residual(
                        "attention is added to the residual stream",
                        "Attention's output is added to the token's vector, so nothing is lost."
                                + (parallel
                                        ? " In this model the feed-forward network does not see the sum: both blocks read the layer's input."
                                        : ""),
                        Step.RESIDUAL_BEFORE,
                        Step.ATTENTION_OUTPUT,
                        Step.RESIDUAL_MIDDLE),
                norm()));
        sections.addAll(new FeedForwardSteps(told, figures).sections());
        sections.add(residual(
                "the end of the layer",
                "The feed-forward network's output is added too. The next step starts from here.",
                Step.RESIDUAL_MIDDLE,
                Step.FEED_FORWARD_OUTPUT,
                Step.RESIDUAL_AFTER));
        return sections;
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
                        ("The outputs of the %d heads are put side by side and multiplied by %s. That is the same as multiplying"
                                        + " each head's output by its own %d rows of the matrix and summing the products. Head %d has the rows"
                                        + " from %d on; its first number is")
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
                        told.at(parallel ? Step.RESIDUAL_BEFORE : Step.RESIDUAL_MIDDLE),
                        told.at(Step.FEED_FORWARD_INPUT),
                        Role.FEED_FORWARD_NORM,
                        Role.FEED_FORWARD_NORM_SHIFT)
                .finish();
    }
}
