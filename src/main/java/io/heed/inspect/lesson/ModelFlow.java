package io.heed.inspect.lesson;

import io.heed.inspect.Recording;
import io.heed.inspect.lesson.Flow.Reading;
import io.heed.inspect.lesson.Flow.Stage;
import io.heed.model.Trace.Step;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** The picture of what a model computed; if there are many tokens, it shows those that are read most. */
final class ModelFlow {

    /** How many tokens a picture has room for. */
    private static final int DRAWN = 6;

    private final Explanation told;
    private final Explanation.Choice choice;
    private final int[] drawn;
    private final int seen;

    private ModelFlow(Explanation told) {
        this.told = told;
        choice = told.choice();
        float[] weights = told.ofHead(Step.WEIGHTS)[choice.position()];
        float[] scores = told.ofHead(Step.SCORES)[choice.position()];
        int[] visible = IntStream.rangeClosed(0, choice.position())
                .filter(key -> Float.isFinite(scores[key]))
                .toArray();
        seen = visible.length;
        drawn = IntStream.of(visible)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer key) -> key == choice.position() ? -2 : -weights[key]))
                .limit(DRAWN)
                .sorted()
                .mapToInt(Integer::intValue)
                .toArray();
    }

    static Flow of(Explanation told) {
        return new ModelFlow(told).flow();
    }

    private Flow flow() {
        int row = choice.position();
        Reading reading = new Reading(
                doubles(told.ofHead(Step.QUERY)[row]),
                picked(told.ofHead(Step.KEY)),
                picked(told.ofHead(Step.VALUE)),
                picked(told.ofHead(Step.SCORES)[row]),
                picked(told.ofHead(Step.WEIGHTS)[row]),
                doubles(told.ofHead(Step.HEAD_OUTPUT)[row]));
        List<String> words = IntStream.of(drawn)
                .mapToObj(position -> position + " " + told.word(position))
                .toList();
        return new Flow(title(), words, drawn.length - 1, stages(), reading, rest(), told.next(3));
    }

    private String title() {
        String some = drawn.length < seen
                ? " (%d of the %d tokens it sees, those it reads most)".formatted(drawn.length, seen)
                : "";
        return "Layer %d, head %d, read from %s%s"
                .formatted(choice.layer(), choice.head(), told.quoted(choice.position()), some);
    }

    private List<Stage> stages() {
        Recording recording = told.recording();
        int layer = choice.layer();
        List<Stage> stages = new ArrayList<>();
        stages.add(new Stage(
                "embedding",
                "times its scale",
                picked(recording.get(Step.TOKEN_EMBEDDING).rows())));
        if (recording.has(Step.POSITION_EMBEDDING)) {
            stages.add(new Stage(
                    "+ position",
                    "",
                    picked(recording.get(Step.POSITION_EMBEDDING).rows())));
        }
        stages.addAll(List.of(
                new Stage(
                        layer == 0 ? "= x" : "x",
                        layer == 0 ? "" : "after layer " + (layer - 1),
                        picked(recording.get(layer, Step.RESIDUAL_BEFORE).rows())),
                new Stage(
                        "norm",
                        "of x",
                        picked(recording.get(layer, Step.ATTENTION_INPUT).rows()))));
        return stages;
    }

    private List<String> rest() {
        boolean last = choice.layer() == told.recording().layers() - 1;
        return List.of(
                "joined with the other heads, projected; feed-forward;",
                (last ? "" : "the layers after; ") + "the final norm; logits; softmax over all words");
    }

    private double[][] picked(float[][] vectors) {
        return IntStream.of(drawn).mapToObj(i -> doubles(vectors[i])).toArray(double[][]::new);
    }

    private double[] picked(float[] numbers) {
        return IntStream.of(drawn).mapToDouble(i -> numbers[i]).toArray();
    }

    private static double[] doubles(float[] numbers) {
        return IntStream.range(0, numbers.length).mapToDouble(i -> numbers[i]).toArray();
    }
}
