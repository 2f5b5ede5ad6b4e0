package io.heed.inspect;

import io.heed.inspect.Flow.Reading;
import io.heed.inspect.Flow.Stage;
import io.heed.inspect.Lesson.Paragraph;
import io.heed.inspect.Lesson.Section;
import io.heed.model.Trace.Step;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** The computation of a model on a text as a lesson, with its real numbers. */
public final class ModelLesson {

    /** How many words a picture has room for. */
    private static final int DRAWN = 6;

    private final Explanation told;
    private final Figures figures;

    private ModelLesson(Explanation told, Figures figures) {
        this.told = told;
        this.figures = figures;
    }

    /**
     * Tells the computation: the chosen layer, head and position in full, the other layers in a line each.
     *
     * @param digits the decimals of what a step ends in, at least 1
     */
    public static Lesson of(Explanation told, int digits) {
        return new ModelLesson(told, new Figures(digits)).lesson();
    }

    private Lesson lesson() {
        Explanation.Choice choice = told.choice();
        List<Section> sections = new ArrayList<>(new BeforeLayers(told, figures).sections());
        otherLayers(sections, 0, choice.layer());
        sections.addAll(new AttentionSteps(told, figures).sections());
        sections.addAll(new AfterAttention(told, figures).sections());
        otherLayers(sections, choice.layer() + 1, told.recording().layers());
        sections.addAll(new Prediction(told, figures).sections());
        List<Section> numbered = new ArrayList<>();
        for (Section section : sections) {
            numbered.add(new Section("%d. %s".formatted(numbered.size() + 1, section.title()), section.blocks()));
        }
        String title = "How the model reads “%s”"
                .formatted(Words.shown(told.recording().text()));
        return new Lesson(
                title,
                List.of(
                        new Paragraph(
                                "In full: layer %d, head %d, position %d (%s). Layers, heads and positions count from 0."
                                        .formatted(
                                                choice.layer(),
                                                choice.head(),
                                                choice.position(),
                                                told.word(choice.position()))),
                        new Paragraph(rule()),
                        new Lesson.Picture(flow())),
                numbered);
    }

    private String rule() {
        int digits = figures.digits();
        return ("The numbers are the model's own. What a step starts from is printed with %d decimals, what it ends in with %d;"
                        + " numbers on the way are worked out from what is printed. So whoever works a step out again from the"
                        + " printed numbers comes to its end, but for half a unit of the last decimal. The model computes in"
                        + " float32, which holds about seven digits: of a number over a hundred the last decimals are its rounding.")
                .formatted(digits + 3, digits);
    }

    private void otherLayers(List<Section> sections, int from, int to) {
        if (from == to) {
            return;
        }
        List<List<String>> rows = new ArrayList<>();
        int position = told.choice().position();
        for (int layer = from; layer < to; layer++) {
            int of = layer;
            Links.Link link = Links.readBy(told.recording(), position).stream()
                    .filter(each -> each.layer() == of)
                    .max(Comparator.comparingDouble(Links.Link::weight))
                    .orElseThrow();
            rows.add(List.of(
                    String.valueOf(layer),
                    length(layer, Step.RESIDUAL_BEFORE),
                    length(layer, Step.ATTENTION_OUTPUT),
                    length(layer, Step.FEED_FORWARD_OUTPUT),
                    length(layer, Step.RESIDUAL_AFTER),
                    "head %d reads %s: %s".formatted(link.head(), told.word(link.key()), figures.end(link.weight()))));
        }
        sections.add(new Draft(
                        to - from == 1
                                ? "Layer %d in a line".formatted(from)
                                : "Layers %d to %d, a line each".formatted(from, to - 1),
                        figures)
                .say(
                        "Each layer does what the one told in full does. The lengths of the vectors, √Σ x², at position %d; --layer tells another in full."
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
                        rows)
                .finish());
    }

    private String length(int layer, Step step) {
        double squares = 0;
        for (float number :
                told.recording().get(layer, step).at(told.choice().position()).values()) {
            squares += (double) number * number;
        }
        return figures.end(Math.sqrt(squares));
    }

    /** The picture, of the words that are read most where there are many. */
    private Flow flow() {
        Explanation.Choice choice = told.choice();
        float[] weights = told.ofHead(Step.WEIGHTS)[choice.position()];
        int[] drawn = IntStream.rangeClosed(0, choice.position())
                .boxed()
                .sorted(Comparator.comparingDouble((Integer key) -> key == choice.position() ? -2 : -weights[key]))
                .limit(DRAWN)
                .sorted()
                .mapToInt(Integer::intValue)
                .toArray();
        Recording recording = told.recording();
        List<Stage> stages = new ArrayList<>();
        stages.add(stage("embedding", recording.get(Step.TOKEN_EMBEDDING).rows(), drawn));
        stages.add(stage("+ position", recording.get(Step.POSITION_EMBEDDING).rows(), drawn));
        String before = choice.layer() == 0 ? "= x" : "x after layer " + (choice.layer() - 1);
        stages.add(stage(
                before, recording.get(choice.layer(), Step.RESIDUAL_BEFORE).rows(), drawn));
        stages.add(stage(
                "norm", recording.get(choice.layer(), Step.ATTENTION_INPUT).rows(), drawn));
        Reading reading = new Reading(
                doubles(told.ofHead(Step.QUERY)[choice.position()]),
                stage("", told.ofHead(Step.KEY), drawn).vectors(),
                stage("", told.ofHead(Step.VALUE), drawn).vectors(),
                picked(told.ofHead(Step.SCORES)[choice.position()], drawn),
                picked(weights, drawn),
                doubles(told.ofHead(Step.HEAD_OUTPUT)[choice.position()]));
        int hidden = recording.length() - drawn.length;
        String title = "Layer %d, head %d, read from %s"
                        .formatted(choice.layer(), choice.head(), told.word(choice.position()))
                + (hidden > 0
                        ? " (%d of %d tokens drawn, those it reads most)".formatted(drawn.length, recording.length())
                        : "");
        List<String> words = IntStream.of(drawn).mapToObj(told::word).toList();
        return new Flow(title, words, drawn.length - 1, stages, reading, told.next(3));
    }

    private static Stage stage(String label, float[][] vectors, int[] drawn) {
        return new Stage(
                label, IntStream.of(drawn).mapToObj(i -> doubles(vectors[i])).toArray(double[][]::new));
    }

    private static double[] picked(float[] numbers, int[] drawn) {
        return IntStream.of(drawn).mapToDouble(i -> numbers[i]).toArray();
    }

    private static double[] doubles(float[] numbers) {
        return IntStream.range(0, numbers.length).mapToDouble(i -> numbers[i]).toArray();
    }
}
