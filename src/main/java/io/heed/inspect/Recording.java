package io.heed.inspect;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.heed.Internal;
import io.heed.checkpoint.LanguageModel;
import io.heed.model.Trace;
import io.heed.model.Trace.Part;
import io.heed.model.Trace.Place;
import io.heed.model.Trace.Step;
import io.heed.model.shape.ModelConfig;
import io.heed.text.tokenizer.Encoded;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * What a model computed while it read one text and, with an encoder, the text's source: a trace's steps as plain arrays, without the batch
 * dimension.
 *
 * <p>Layers, heads and positions count from 0. T is the number of tokens, S that of the source. In the cross-attention queries are the
 * text's tokens and keys the source's. If a method names no part of the transformer, it is the decoder, which may be all of it.
 *
 * @param passage what was read
 * @param steps the recorded arrays, by their places
 */
public record Recording(Passage passage, Map<Place, Tensor> steps) {

    /** The steps that maps are drawn from. */
    public static final Set<Step> MAPS = Set.of(Step.WEIGHTS, Step.SCORES, Step.UNMASKED_SCORES, Step.LOGITS);

    /** The steps of attention, from its queries, keys and values to what heads read; the cross-attention has them too. */
    public static final Set<Step> ATTENTION = Collections.unmodifiableSet(EnumSet.range(Step.QUERY, Step.HEAD_OUTPUT));

    /** Lets a model read a text, at most its context long, and records every step. */
    public static Recording of(LanguageModel model, String text, Encoded encoded) {
        return of(model, text, encoded, EnumSet.allOf(Step.class));
    }

    /** Lets a model read a text, at most its context long, and records some steps. */
    public static Recording of(LanguageModel model, String text, Encoded encoded, Set<Step> steps) {
        return of(model, new Passage(text, encoded), steps);
    }

    /**
     * Lets a model read a text and records some steps.
     *
     * @param passage with its source if the model has an encoder
     * @throws IllegalArgumentException if it has none there, or has one elsewhere
     */
    public static Recording of(LanguageModel model, Passage passage, Set<Step> steps) {
        return of(model, List.of(passage), steps).get(0);
    }

    /**
     * Lets a model read texts together, and records some steps of each.
     *
     * @param passages all with the same number of tokens; so are their sources
     */
    public static List<Recording> of(LanguageModel model, List<Passage> passages, Set<Step> steps) {
        return of(model, passages, steps, (place, value) -> value);
    }

    /**
     * Lets a model read texts at once while something changes what it computes, and records some steps of each.
     *
     * @param passages all of equally many tokens, and so are their sources
     */
    public static List<Recording> of(
            LanguageModel model, List<Passage> passages, Set<Step> steps, Trace.Intervention intervention) {
        boolean translates = model.transformer().config().translates();
        if (passages.stream().anyMatch(passage -> (passage.source() != null) != translates)) {
            throw new IllegalArgumentException(
                    translates
                            ? "the model translates, so a passage needs a source"
                            : "the model has no encoder, so a passage can have no source");
        }
        try (NDManager reading = model.newReading()) {
            Trace trace = new Trace(steps, intervention);
            read(model, reading, passages, trace);
            List<Map<Place, Tensor>> own = passages.stream()
                    .<Map<Place, Tensor>>map(passage -> new HashMap<>())
                    .toList();
            trace.recorded().forEach((place, array) -> {
                List<Tensor> rows = rows(place.step(), array, own.size());
                for (int row = 0; row < own.size(); row++) {
                    own.get(row).put(place, rows.get(row));
                }
            });
            List<Recording> recordings = new ArrayList<>();
            for (int row = 0; row < own.size(); row++) {
                recordings.add(new Recording(passages.get(row), own.get(row)));
            }
            return recordings;
        }
    }

    private static void read(LanguageModel model, NDManager reading, List<Passage> passages, Trace trace) {
        List<long[]> ids =
                passages.stream().map(passage -> passage.encoded().ids()).toList();
        if (passages.stream().allMatch(passage -> passage.source() == null)) {
            model.read(reading, ids.toArray(long[][]::new), trace);
            return;
        }
        List<long[]> sources = passages.stream()
                .map(passage ->
                        Objects.requireNonNull(passage.source()).encoded().ids())
                .toList();
        model.read(reading, sources, ids, trace);
    }

    /** What belongs to each row: all are copied from the engine at once. */
    private static List<Tensor> rows(Step step, NDArray array, int rows) {
        long[] shape = array.getShape().getShape();
        float[] all = array.toFloatArray();
        if (step == Step.POSITION_EMBEDDING) { // the same for all
            return Collections.nCopies(rows, new Tensor(shape, all));
        }
        long[] own = Arrays.copyOfRange(shape, 1, shape.length);
        int size = all.length / rows;
        return IntStream.range(0, rows)
                .mapToObj(row ->
                        new Tensor(own, rows == 1 ? all : Arrays.copyOfRange(all, row * size, (row + 1) * size)))
                .toList();
    }

    /**
     * The numbers that steps of a decoder make.
     *
     * @param length the number of tokens
     */
    @Internal
    public static long numbers(ModelConfig config, Set<Step> steps, int length) {
        return steps.stream()
                .mapToLong(step -> LongStream.of(step.shape(config, length, length))
                        .reduce(step.inLayers() ? config.layers() : 1, Math::multiplyExact))
                .sum();
    }

    /** What was read. */
    public String text() {
        return passage.text();
    }

    /** Its tokens. */
    public Encoded encoded() {
        return passage.encoded();
    }

    /** The source that it translates. */
    public Passage source() {
        return Objects.requireNonNull(passage.source(), "a decoder alone reads no source");
    }

    /** The number of tokens, T. */
    public int length() {
        return encoded().length();
    }

    /** The number of layers that were recorded. */
    public int layers() {
        return 1 + steps.keySet().stream().mapToInt(Place::layer).max().orElse(-1);
    }

    /** The number of heads of a layer; needs the weights. */
    public int heads() {
        return (int) get(0, Step.WEIGHTS).shape()[0];
    }

    /** Whether a step was recorded. */
    public boolean has(Step step) {
        return steps.keySet().stream().anyMatch(place -> place.step() == step);
    }

    /** The same recording with only these steps. */
    public Recording only(Set<Step> some) {
        return new Recording(
                passage,
                steps.entrySet().stream()
                        .filter(each -> some.contains(each.getKey().step()))
                        .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue)));
    }

    /**
     * Returns a step of a layer of a part, of the shape that {@link Step} gives without B.
     *
     * @throws IllegalArgumentException if it was not recorded
     */
    public Tensor get(Part part, int layer, Step step) {
        Tensor tensor = steps.get(new Place(part, layer, step));
        if (tensor == null) {
            throw new IllegalArgumentException(step + " was not recorded");
        }
        return tensor;
    }

    /** Returns a step of a layer, as {@link #get(Part, int, Step)}. */
    public Tensor get(int layer, Step step) {
        return get(Part.DECODER, layer, step);
    }

    /** Returns a step outside the layers, as {@link #get(Part, int, Step)}. */
    public Tensor get(Step step) {
        return get(Trace.OUTSIDE, step);
    }

    /** The attention weights as maps. */
    public TokenMaps maps() {
        return maps(Part.DECODER);
    }

    /** The attention weights of a part as maps. */
    public TokenMaps maps(Part part) {
        return new AttentionMaps(this, part);
    }

    /** The attention weights, (T,T): rows are queries and sum to one. */
    public float[][] weights(int layer, int head) {
        return get(layer, Step.WEIGHTS).at(head).rows();
    }

    /** The scores that softmax turned into weights, (T,T): minus infinity where a key is hidden. */
    public float[][] scores(int layer, int head) {
        return get(layer, Step.SCORES).at(head).rows();
    }

    /** The scores {@code q·k/√D} of all pairs, hidden ones too, (T,T). */
    public float[][] unmaskedScores(int layer, int head) {
        return get(layer, Step.UNMASKED_SCORES).at(head).rows();
    }

    /** The logits of the token after a position, (V). */
    public float[] logits(int position) {
        return get(Step.LOGITS).at(position).values();
    }

    /** Whether the first token was added by the tokenizer and is not in the text. */
    public boolean startsWithMark() {
        Encoded.Span first = encoded().spans().get(0);
        return first.start() == first.end();
    }
}
