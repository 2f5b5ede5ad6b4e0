package io.heed.inspect.lesson;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import io.heed.HeedException;
import io.heed.checkpoint.LanguageModel;
import io.heed.inspect.Links;
import io.heed.inspect.Recording;
import io.heed.inspect.TokenMaps;
import io.heed.inspect.evidence.LensLayer.Guess;
import io.heed.model.Distribution;
import io.heed.model.Trace;
import io.heed.model.Trace.Step;
import io.heed.model.Weight;
import io.heed.model.Weight.Role;
import io.heed.model.WeightPlan;
import io.heed.model.shape.Attention;
import io.heed.model.shape.ModelConfig;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** What a model computed with a text, seen from one position through one head. The caller closes the model. */
public final class Explanation {

    private final LanguageModel model;
    private final Recording recording;
    private final Choice choice;

    /**
     * The layer, head and position to explain.
     *
     * @param layer the layer, from 0
     * @param head the head, from 0
     * @param position the token that reads, from 0
     */
    public record Choice(int layer, int head, int position) {

        /**
         * Checks what was given and chooses the rest: the last layer, the last position, and the head that puts the largest weight
         * on one earlier token. The start mark does not count, since heads that look for nothing rest there.
         *
         * @throws HeedException if there is no such layer, head or position
         */
        public static Choice of(
                Recording recording, @Nullable Integer layer, @Nullable Integer head, @Nullable Integer position) {
            int row = within("position", position, recording.length(), recording.length() - 1);
            int floor = within("layer", layer, recording.layers(), recording.layers() - 1);
            int found = Links.readBy(recording, row).stream() // one link a head
                    .filter(link -> link.layer() == floor)
                    .max(Comparator.comparingDouble(link -> largestEarlier(recording, floor, link.head(), row)))
                    .map(Links.Link::head)
                    .orElse(0);
            return new Choice(floor, within("head", head, recording.heads(), found), row);
        }

        private static double largestEarlier(Recording recording, int layer, int head, int query) {
            float[] row = recording.weights(layer, head)[query];
            return IntStream.range(recording.startsWithMark() ? 1 : 0, query)
                    .mapToDouble(key -> row[key])
                    .max()
                    .orElse(0);
        }

        private static int within(String what, @Nullable Integer given, int count, int otherwise) {
            int number = given == null ? otherwise : given;
            TokenMaps.check(what, number, count);
            return number;
        }
    }

    /**
     * Joins a model with what it computed.
     *
     * @param recording every step of it
     */
    public Explanation(LanguageModel model, Recording recording, Choice choice) {
        this.model = model;
        this.recording = recording;
        this.choice = choice;
    }

    /** Every step. */
    public Recording recording() {
        return recording;
    }

    /** The layer, head and position. */
    public Choice choice() {
        return choice;
    }

    /** Returns the likeliest next tokens after the chosen position, the likeliest first. */
    public List<Guess> next(int count) {
        Distribution next = new Distribution(logits());
        return IntStream.of(next.likeliest(count))
                .mapToObj(id -> new Guess(model.tokenizer().vocabulary().token(id), token(id), next.probability(id)))
                .toList();
    }

    /**
     * The numbers of each step.
     *
     * @param text what was read
     * @param tokens its tokens, as the vocabulary spells them
     * @param ids their ids
     * @param layer the chosen layer, from 0
     * @param head the head, from 0
     * @param position the token that reads, from 0
     * @param numbers by the step's name, in order: of the chosen layer, head and position, and of all keys; keys after the
     *     position have no score, and those that a window hides have null.
     */
    public record Steps(
            String text,
            List<String> tokens,
            long[] ids,
            int layer,
            int head,
            int position,
            @JsonAnyGetter Map<String, Object> numbers) {}

    /** Returns the numbers of each step. */
    public Steps steps() {
        Map<String, Object> steps = new LinkedHashMap<>();
        for (Step step : Step.of(config())) {
            String name = step.name().toLowerCase(Locale.ROOT);
            switch (step) {
                case TOKEN_EMBEDDING, POSITION_EMBEDDING, FINAL_NORM -> steps.put(name, outside(step));
                case PROJECTED_KEY, NORMED_KEY, KEY, VALUE -> steps.put(name + "s", ofHead(step));
                case SCORES -> steps.put(name, scores());
                case PROJECTED_QUERY, NORMED_QUERY, QUERY, UNMASKED_SCORES, WEIGHTS, HEAD_OUTPUT, HEAD_CONTRIBUTION ->
                    steps.put(name, ofHead(step)[choice.position()]);
                case LOGITS -> steps.put("next", next(AfterLayers.WORDS));
                default -> steps.put(name, at(step));
            }
        }
        return new Steps(
                recording.text(),
                recording.encoded().tokens(),
                recording.encoded().ids(),
                choice.layer(),
                choice.head(),
                choice.position(),
                steps);
    }

    /** The scores of the keys up to the position, null where a window hides one. */
    private List<@Nullable Float> scores() {
        float[] scores = ofHead(Step.SCORES)[choice.position()];
        List<@Nullable Float> seen = new ArrayList<>();
        for (int key = 0; key <= choice.position(); key++) {
            seen.add(Float.isInfinite(scores[key]) ? null : scores[key]);
        }
        return seen;
    }

    /** The ids of the likeliest next tokens, the likeliest first. */
    List<Integer> likeliest(int count) {
        return IntStream.of(Distribution.likeliest(logits(), count)).boxed().toList();
    }

    /** The logits after the chosen position, (V). */
    float[] logits() {
        return recording.logits(choice.position());
    }

    /** A token of the vocabulary, as it is shown. */
    String token(int id) {
        return model.tokenizer().vocabulary().shown(id);
    }

    /** A token of the text, as it is shown. */
    String word(int position) {
        return recording.encoded().shown().get(position);
    }

    /** A token of the text in quotes, as it stands in a sentence, with its position where the word occurs more than once. */
    String quoted(int position) {
        return recording.encoded().quoted(position);
    }

    ModelConfig config() {
        return model.transformer().config();
    }

    /** The chosen position's numbers of a step of the chosen layer, (C) or (F). */
    float[] at(Step step) {
        return recording.get(choice.layer(), step).at(choice.position()).values();
    }

    /** The chosen position's numbers of a step outside the layers. */
    float[] outside(Step step) {
        return recording.get(step).at(choice.position()).values();
    }

    /** The first column that the chosen head has in the projection to queries (0), keys (1) or values (2). */
    int columnOf(int part) {
        Attention attention = config().attention();
        int own = part == 0 ? choice.head() : attention.keyHeadOf(choice.head());
        int before = part == 0 ? 0 : config().queriesWidth() + (part - 1) * config().keysWidth();
        return before + own * config().headWidth();
    }

    /** All positions' vectors of a step of the chosen head, (T,D) or (T,T). */
    float[][] ofHead(Step step) {
        return recording.get(choice.layer(), step).at(choice.head()).rows();
    }

    /** A weight of the decoder of the chosen layer, or, where it belongs to none, of the model. */
    Weight weight(Role role) {
        return role.inLayer() ? plan().get(Trace.Part.DECODER, choice.layer(), role) : plan().get(role);
    }

    /** The list of the model's weights. */
    WeightPlan plan() {
        return model.transformer().plan();
    }

    /** The numbers of a weight, row by row. */
    float[] numbers(Weight weight) {
        return model.numbers().of(weight);
    }

    /** A row of a matrix of weights. */
    float[] row(Weight weight, int row) {
        int columns = (int) weight.shape().get(1);
        return Arrays.copyOfRange(numbers(weight), row * columns, (row + 1) * columns);
    }

    /** A column of a matrix of weights. */
    float[] column(Weight weight, int column) {
        int columns = (int) weight.shape().get(1);
        float[] all = numbers(weight);
        float[] taken = new float[all.length / columns];
        for (int i = 0; i < taken.length; i++) {
            taken[i] = all[i * columns + column];
        }
        return taken;
    }
}
