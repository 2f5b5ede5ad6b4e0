package io.heed.inspect.lesson;

import io.heed.inspect.Links;
import io.heed.inspect.lesson.Lesson.Paragraph;
import io.heed.inspect.lesson.Lesson.Section;
import io.heed.model.Trace.Step;
import io.heed.text.Visible;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** The computation of a model on a text as a lesson, with its real numbers. */
public final class ModelLesson {

    private static final String WITH_WEIGHTS =
            "Of each vector times a matrix, one number is written out; the matrices for the others are at the end.";

    private static final String WITHOUT_WEIGHTS =
            "Of each vector times a matrix, one number is written out; for the others, and for the"
                    + " keys and values of the other tokens, --weights prints the matrices too.";

    private final Explanation told;
    private final Figures figures;

    private ModelLesson(Explanation told, Figures figures) {
        this.told = told;
        this.figures = figures;
    }

    /**
     * Explains the computation: the chosen layer, head and position in full, each other layer in one line.
     *
     * @param digits the decimals of a step's results, from 1 to 5
     * @param weights whether the matrices of weights are printed at the end
     */
    public static Lesson of(Explanation told, int digits, boolean weights) {
        return new ModelLesson(told, new Figures(digits)).lesson(weights);
    }

    private Lesson lesson(boolean weights) {
        Explanation.Choice choice = told.choice();
        List<Section> sections = new ArrayList<>(new BeforeLayers(told, figures).sections());
        otherLayers(sections, 0, choice.layer());
        sections.addAll(new AttentionSteps(told, figures).sections());
        sections.addAll(new AfterAttention(told, figures).sections());
        otherLayers(sections, choice.layer() + 1, told.recording().layers());
        sections.addAll(new AfterLayers(told, figures).sections());
        if (weights) {
            sections.add(new WeightTables(told, figures).section());
        }
        List<Section> numbered = new ArrayList<>();
        for (Section section : sections) {
            numbered.add(new Section("%d. %s".formatted(numbered.size() + 1, section.title()), section.blocks()));
        }
        String title = "How the model reads “%s”"
                .formatted(Visible.text(told.recording().text()));
        return new Lesson(
                title,
                List.of(
                        new Paragraph(
                                "In full: layer %d, head %d, position %d, %s. Layers, heads and positions count from 0."
                                        .formatted(
                                                choice.layer(),
                                                choice.head(),
                                                choice.position(),
                                                Visible.inQuotes(told.word(choice.position())))),
                        new Lesson.Decimals(rule()),
                        new Paragraph(weights ? WITH_WEIGHTS : WITHOUT_WEIGHTS),
                        new Lesson.Picture(ModelFlow.of(told))),
                numbered);
    }

    private String rule() {
        int digits = figures.digits();
        return ("The numbers are the model's own. A step's inputs are printed with %d decimals, its results with %d; numbers in"
                        + " between are computed from the printed ones. So anyone who recomputes a step from the printed numbers"
                        + " reaches its results, to within half a unit of the last decimal. The model computes in float32, which"
                        + " holds about seven digits: in a number over a hundred, the last decimals are its rounding.")
                .formatted(digits + 3, digits);
    }

    private void otherLayers(List<Section> sections, int from, int to) {
        if (from == to) {
            return;
        }
        int position = told.choice().position();
        sections.add(new SectionDraft(
                        to - from == 1
                                ? "Layer %d in one line".formatted(from)
                                : "Layers %d to %d, one line each".formatted(from, to - 1),
                        figures)
                .say(
                        "Every layer computes the same steps as the one shown in full. Here are the lengths of its vectors, √Σ x², at position %d; --layer shows another layer in full."
                                .formatted(position))
                .table(
                        "Layers",
                        List.of(
                                "layer",
                                "before",
                                "attention adds",
                                "feed-forward adds",
                                "after",
                                "the strongest link"),
                        IntStream.range(from, to).mapToObj(this::row).toList())
                .finish());
    }

    /** What a layer does at the position, in a line. */
    private List<String> row(int layer) {
        Links.Link link = Links.readBy(told.recording(), told.choice().position()).stream()
                .filter(each -> each.layer() == layer)
                .max(Comparator.comparingDouble(Links.Link::weight))
                .orElseThrow();
        return List.of(
                String.valueOf(layer),
                length(layer, Step.RESIDUAL_BEFORE),
                length(layer, Step.ATTENTION_OUTPUT),
                length(layer, Step.FEED_FORWARD_OUTPUT),
                length(layer, Step.RESIDUAL_AFTER),
                "head %d reads %s: %s".formatted(link.head(), told.quoted(link.key()), figures.end(link.weight())));
    }

    private String length(int layer, Step step) {
        double squares = 0;
        for (float number :
                told.recording().get(layer, step).at(told.choice().position()).values()) {
            squares += (double) number * number;
        }
        return figures.end(Math.sqrt(squares));
    }
}
