package io.heed.inspect.lesson;

import io.heed.inspect.LookUps;
import io.heed.inspect.Recording;
import io.heed.inspect.Tensor;
import io.heed.inspect.TokenMaps;
import io.heed.inspect.lesson.Lesson.Section;
import io.heed.model.Trace.Part;
import io.heed.model.Trace.Step;
import io.heed.text.Visible;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** One look-up of the cross-attention as a lesson: how a translation finds the source word for the word that it writes next. */
public final class LookUpLesson {

    private final Recording recording;
    private final Figures figures;
    private final int layer;
    private final int head;
    private final int row;
    private final List<String> keys;
    private final float[] weights;

    private LookUpLesson(Recording recording, Figures figures, int layer, int head, int row) {
        this.recording = recording;
        this.figures = figures;
        this.layer = layer;
        this.head = head;
        this.row = row;
        keys = recording.passage().keys(Part.CROSS).shown();
        weights = of(Step.WEIGHTS).at(row).values();
    }

    /**
     * Explains one look-up.
     *
     * @param layer the decoder's layer, or null for that of the clearest head
     * @param head the head, or null for the clearest, or the first of a layer that is given
     * @param position the token of the translation that reads, to write the one after it, from 0; null for the one before the
     *     last that is a word
     * @param digits the decimals of results
     * @throws io.heed.HeedException if there is no such layer, head or position
     */
    public static Lesson of(
            Recording recording,
            @Nullable Integer layer,
            @Nullable Integer head,
            @Nullable Integer position,
            int digits) {
        int[] clearest = new LookUps(recording).clearest();
        int ownLayer = layer == null ? clearest[0] : layer;
        int ownHead = head != null ? head : ownLayer == clearest[0] ? clearest[1] : 0;
        int length = recording.length();
        int row = position == null ? beforeLastWord(recording.encoded().tokens()) : position;
        TokenMaps.check("layer", ownLayer, recording.layers());
        TokenMaps.check("head", ownHead, recording.heads());
        TokenMaps.check("position", row, length);
        return new LookUpLesson(recording, new Figures(digits), ownLayer, ownHead, row).lesson();
    }

    /** A word has a letter or a digit; where there is none, any token will do. */
    private static int beforeLastWord(List<String> tokens) {
        return IntStream.range(1, tokens.size())
                        .map(i -> tokens.size() - i)
                        .filter(i -> tokens.get(i).codePoints().anyMatch(Character::isLetterOrDigit))
                        .findFirst()
                        .orElse(Math.max(1, tokens.size() - 1))
                - 1;
    }

    private Tensor of(Step step) {
        return recording.get(Part.CROSS, layer, step).at(head);
    }

    private Lesson lesson() {
        List<String> target = recording.encoded().shown();
        String before = target.get(row);
        boolean ends = row + 1 == target.size();
        String next = ends ? "its end" : "\"" + target.get(row + 1) + "\"";
        Lesson.Paragraph introduction = new Lesson.Paragraph(
                ("The translation of \"%s\" has reached \"%s\", and %s is to be written. Head %d of layer %d of the cross-attention"
                                + " looks up in the source what that takes. Its query is computed from what the decoder has read so"
                                + " far, its keys and values from the encoder's output, in which each token of the source has seen the"
                                + " whole sentence.")
                        .formatted(Visible.text(recording.source().text()), before, next, head, layer));
        return new Lesson(
                ends
                        ? "What is looked up at the end of the translation"
                        : "How the source word for %s is looked up".formatted(next),
                List.of(introduction),
                List.of(
                        query(),
                        scores(),
                        softmax(),
                        blend(ends ? "" : ": that is where %s comes from".formatted(next))));
    }

    private SectionDraft draft(String title) {
        return new SectionDraft("Layer %d, head %d: %s".formatted(layer, head, title), figures);
    }

    private Section query() {
        return draft("the query")
                .say("What the decoder looks for: the query at \"%s\", the last word it has."
                        .formatted(recording.encoded().shown().get(row)))
                .vector("the query, q", of(Step.QUERY).at(row).values(), figures::start)
                .finish();
    }

    private int most() {
        return IntStream.range(0, weights.length).reduce(0, (a, b) -> weights[b] > weights[a] ? b : a);
    }

    private Section scores() {
        float[] query = of(Step.QUERY).at(row).values();
        SectionDraft draft = draft("the scores")
                .say(
                        "Each token of the source has a key, what it is found by. The score of a key is q·k/√D, D = %d numbers."
                                .formatted(query.length));
        String name = keys.get(most());
        double sum = draft.product("q·k(%s)".formatted(name), figures.started(query), key(most()));
        draft.formula("score(%s) = %s/√%d = %s"
                .formatted(name, figures.start(sum), query.length, figures.end(sum / Math.sqrt(query.length))));
        float[] scores = of(Step.SCORES).at(row).values();
        List<List<String>> rows = new ArrayList<>();
        for (int key = 0; key < keys.size(); key++) {
            rows.add(List.of(keys.get(key), figures.start(scores[key])));
        }
        return draft.table("the scores of all keys", List.of("key", "score"), rows)
                .finish();
    }

    private double[] key(int key) {
        return figures.started(of(Step.KEY).at(key).values());
    }

    private Section softmax() {
        double[] scores = figures.started(of(Step.SCORES).at(row).values());
        double highest = IntStream.range(0, scores.length)
                .mapToDouble(i -> scores[i])
                .max()
                .orElseThrow();
        double sum = 0;
        for (double score : scores) {
            sum += figures.started(Math.exp(score - highest));
        }
        List<List<String>> rows = new ArrayList<>();
        for (int key = 0; key < keys.size(); key++) {
            double power = figures.started(Math.exp(scores[key] - highest));
            rows.add(List.of(keys.get(key), figures.start(power), figures.end(power / sum)));
        }
        return draft("softmax")
                .say(
                        "e is raised to the power of each score less the highest, %s; divided by their sum, %s, the results are the weights, which sum to one."
                                .formatted(figures.start(highest), figures.start(sum)))
                .table("the weights", List.of("key", "e^(score − highest)", "weight"), rows)
                .finish();
    }

    private Section blend(String conclusion) {
        Tensor values = of(Step.VALUE);
        double[] first = IntStream.range(0, keys.size())
                .mapToDouble(key -> figures.started(values.get(key, 0)))
                .toArray();
        SectionDraft draft = draft("what is read")
                .say(
                        "Each token of the source has a value, what it gives. The head reads the blend of the values by the weights. Its first number:");
        double[] shares = figures.started(weights);
        draft.product("z₀", shares, first);
        int most = most();
        return draft.vector("all of z", of(Step.HEAD_OUTPUT).at(row).values(), figures::start)
                .say("The largest weight, %s, is on \"%s\"%s."
                        .formatted(figures.end(weights[most]), keys.get(most), conclusion))
                .finish();
    }
}
