package io.heed.inspect.files;

import io.heed.Json;
import io.heed.checkpoint.LanguageModel;
import io.heed.checkpoint.Safetensors;
import io.heed.inspect.Passage;
import io.heed.inspect.Quantity;
import io.heed.inspect.Recording;
import io.heed.inspect.Tensor;
import io.heed.inspect.evidence.ScoreAttribution;
import io.heed.inspect.files.NamedArray.Floats;
import io.heed.inspect.files.NamedArray.Longs;
import io.heed.model.Trace;
import io.heed.model.Trace.Step;
import io.heed.model.Weight;
import io.heed.model.Weight.Role;
import io.heed.model.WeightPlan;
import io.heed.model.shape.ModelConfig;
import io.heed.text.tokenizer.Encoded;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * The arrays of a dump: for each text its tokens, steps of the computation and what is computed from them; once, some of the model's
 * weights. With an encoder, the steps are those of attention in each part, prefixed with the part's name, and nothing is computed.
 */
final class DumpedArrays {

    private final LanguageModel model;
    private final ModelConfig config;
    private final List<Passage> passages;
    private final Set<Step> steps = EnumSet.noneOf(Step.class);
    private final Set<Quantity> computed;
    private final List<Floats> scoreTerms;

    DumpedArrays(LanguageModel model, List<Passage> passages, Set<Quantity> quantities, List<ScoreAttribution> scores) {
        this.model = model;
        config = model.transformer().config();
        this.passages = passages;
        computed = EnumSet.noneOf(Quantity.class);
        computed.addAll(quantities);
        computed.removeIf(each -> translates() || !each.isComputed());
        quantities.stream().filter(each -> !each.isComputed()).forEach(each -> steps.addAll(each.steps()));
        steps.retainAll(Step.of(config));
        if (translates()) {
            steps.retainAll(Recording.ATTENTION);
        }
        scoreTerms = scores.stream().map(this::terms).toList();
    }

    /** Such as {@code score_terms/1.0/5/2}: the terms of layer 1, head 0, query 5, key 2. */
    private Floats terms(ScoreAttribution score) {
        ScoreAttribution.Cell cell = score.cell();
        String place = "/%d.%d/%d/%d".formatted(cell.layer(), cell.head(), cell.query(), cell.key());
        return new Floats(prefix(passages.get(0), cell.attention()) + "score_terms" + place, Tensor.of(score.terms()));
    }

    ModelConfig config() {
        return config;
    }

    /** The texts, in order. */
    List<Passage> passages() {
        return passages;
    }

    boolean translates() {
        return config.translates();
    }

    /** The prefix of a text's arrays: its number if there are several texts. */
    String prefix(int text) {
        return passages.size() > 1 ? text + "/" : "";
    }

    /** What is computed from each recording. */
    Set<Quantity> computed() {
        return computed;
    }

    /** The steps to record. */
    Set<Step> recorded() {
        Set<Step> recorded = EnumSet.copyOf(Recording.MAPS); // CSV needs them in any case
        recorded.addAll(steps);
        computed.forEach(each -> recorded.addAll(each.steps()));
        return recorded;
    }

    /**
     * Checks that everything can be computed for every text.
     *
     * @throws io.heed.HeedException if one is too long
     */
    void check() {
        for (Passage passage : passages) {
            computed.forEach(each -> each.check(config, passage.encoded().length()));
        }
    }

    /** The arrays of one text, except its tokens. */
    List<Floats> of(Recording recording) {
        List<Floats> arrays = new ArrayList<>();
        for (Trace.Part part : recording.passage().parts()) {
            steps.forEach(step -> arrays.add(step(recording, part, step)));
        }
        computed.forEach(each -> arrays.add(new Floats(each.toString(), each.ofLayers(), each.of(model, recording))));
        arrays.addAll(scoreTerms);
        return arrays;
    }

    /** A step of a part as an array. */
    static Floats step(Recording recording, Trace.Part part, Step step) {
        List<Tensor> tensors = step.inLayers()
                ? IntStream.range(0, recording.layers())
                        .mapToObj(layer -> recording.get(part, layer, step))
                        .toList()
                : List.of(recording.get(part, Trace.OUTSIDE, step));
        return new Floats(name(recording.passage(), part, step), step.inLayers(), tensors);
    }

    private static String name(Passage passage, Trace.Part part, Step step) {
        return prefix(passage, part) + Json.word(step);
    }

    private static String prefix(Passage passage, Trace.Part part) {
        return passage.source() == null ? "" : Json.word(part) + "_";
    }

    /** The tokens of a text, and of its source if it has one: their ids and places. */
    static List<Longs> tokens(Passage passage) {
        if (passage.source() == null) {
            return tokens("", passage.encoded());
        }
        List<Longs> both = new ArrayList<>(tokens("source_", passage.source().encoded()));
        both.addAll(tokens("target_", passage.encoded()));
        return both;
    }

    private static List<Longs> tokens(String prefix, Encoded encoded) {
        LongStream starts = encoded.spans().stream().mapToLong(Encoded.Span::start);
        LongStream ends = encoded.spans().stream().mapToLong(Encoded.Span::end);
        return List.of(
                new Longs(prefix + "ids", encoded.ids()),
                new Longs(prefix + "starts", starts.toArray()),
                new Longs(prefix + "ends", ends.toArray()));
    }

    /** The names and shapes of all texts' arrays, in order, known before any text is read. */
    List<Safetensors.Entry> entries() {
        List<Safetensors.Entry> entries = new ArrayList<>();
        for (int i = 0; i < passages.size(); i++) {
            Passage passage = passages.get(i);
            String prefix = prefix(i);
            tokens(passage).forEach(array -> entries.add(entry(prefix + array.name(), array.whole(), array.shape())));
            for (Trace.Part part : passage.parts()) {
                steps.forEach(step ->
                        entries.add(entry(prefix + name(passage, part, step), false, shape(passage, part, step))));
            }
            int length = passage.encoded().length();
            computed.forEach(each -> entries.add(entry(prefix + each, false, each.shape(config, length))));
        }
        scoreTerms.forEach(array -> entries.add(entry(array.name(), false, array.shape())));
        return entries;
    }

    static Safetensors.Entry entry(String name, boolean whole, long[] shape) {
        return new Safetensors.Entry(name, whole ? "I64" : "F32", shape);
    }

    private long[] shape(Passage passage, Trace.Part part, Step step) {
        long queries = passage.queries(part).length();
        long keys = passage.keys(part).length();
        LongStream layers = step.inLayers() ? LongStream.of(config.layers()) : LongStream.empty();
        return LongStream.concat(layers, LongStream.of(step.shape(config, queries, keys)))
                .toArray();
    }

    /** The model's weights, which a dump holds once; docs/formats.md lists them. */
    List<Floats> weights() {
        List<Floats> weights = new ArrayList<>();
        if (steps.contains(Step.LOGITS)) {
            WeightPlan plan = model.transformer().plan();
            float epsilon = (float) config.norm().epsilon();
            weights.add(new Floats("unembedding", tensor(plan.head())));
            weights.add(new Floats("final_norm_weight", tensor(plan.get(Role.FINAL_NORM))));
            weights.add(new Floats("final_norm_bias", tensor(plan.get(Role.FINAL_NORM_SHIFT))));
            weights.add(new Floats("final_norm_epsilon", new Tensor(new long[] {1}, new float[] {epsilon})));
            weights.add(layers("attention_bias", Role.OUTPUT_BIAS));
        }
        if (computed.contains(Quantity.VALUE_WEIGHTED)) {
            weights.add(layers("output_projection", Role.OUTPUT));
        }
        return weights;
    }

    private Floats layers(String name, Role role) {
        List<Tensor> layers = IntStream.range(0, config.layers())
                .mapToObj(layer -> tensor(model.transformer().plan().get(Trace.Part.DECODER, layer, role)))
                .toList();
        return new Floats(name, true, layers);
    }

    private Tensor tensor(Weight weight) {
        return new Tensor(weight.shape().getShape(), model.numbers().of(weight));
    }
}
