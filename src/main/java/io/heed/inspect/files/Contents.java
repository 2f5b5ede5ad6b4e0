package io.heed.inspect.files;

import io.heed.checkpoint.LanguageModel;
import io.heed.inspect.AttentionFlow;
import io.heed.inspect.Recording;
import io.heed.inspect.Tensor;
import io.heed.model.Trace.Step;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.IntStream;

/** Which arrays a dump holds. */
final class Contents {

    private final LanguageModel model;
    private final Set<Part> parts;
    private final Set<Step> steps;
    private final Set<Measure> measures;

    Contents(LanguageModel model, Set<Part> parts) {
        this.model = model;
        this.parts = parts;
        steps = EnumSet.noneOf(Step.class);
        measures = EnumSet.noneOf(Measure.class);
        for (Part part : parts) {
            steps.addAll(part.steps());
            measures.addAll(part.measures());
        }
    }

    /** Whether it has a measure. */
    boolean has(Measure measure) {
        return measures.contains(measure);
    }

    /** The steps that have to be recorded. */
    Set<Step> recorded() {
        Set<Step> recorded = EnumSet.copyOf(Recording.MAPS); // CSV needs them in any case
        recorded.addAll(steps);
        if (has(Measure.VALUE_WEIGHTED)) {
            recorded.add(Step.VALUE);
        }
        return recorded;
    }

    /**
     * Checks that a text of so many tokens can be measured.
     *
     * @throws io.heed.HeedException if it is too long for the flow
     */
    void check(int tokens) {
        if (has(Measure.FLOW)) {
            AttentionFlow.check(model.transformer().config().layers(), tokens);
        }
    }

    /** The arrays of one text. */
    List<TextArray> of(Recording recording) {
        List<TextArray> arrays = new ArrayList<>();
        for (Step step : steps) {
            arrays.add(array(recording, step));
        }
        for (Measure measure : measures) {
            arrays.add(measure.of(model, recording));
        }
        return arrays;
    }

    /** A step as an array. */
    static TextArray array(Recording recording, Step step) {
        List<Tensor> tensors = step.inLayers()
                ? IntStream.range(0, recording.layers())
                        .mapToObj(layer -> recording.get(layer, step))
                        .toList()
                : List.of(recording.get(step));
        return new TextArray(step.name().toLowerCase(Locale.ROOT), step.inLayers(), tensors);
    }

    /** The shapes of the arrays that {@link NamedArray#of} will make of a text of so many tokens, in the same order. */
    List<NamedShape> shapes(String prefix, int tokens) {
        List<NamedShape> shapes =
                new ArrayList<>(NamedShape.of(prefix, model.transformer().config(), tokens, steps));
        for (Measure measure : measures) {
            long[] shape = measure.shape(model.transformer().config(), tokens);
            shapes.add(new NamedShape(prefix + measure, shape, false));
        }
        return shapes;
    }

    /** The model's weights that stand in a dump once. */
    List<NamedArray> weights() {
        List<NamedArray> weights = new ArrayList<>();
        if (parts.contains(Part.LOGITS)) {
            weights.addAll(NamedArray.ofEnd(model));
        }
        if (has(Measure.VALUE_WEIGHTED)) {
            weights.add(NamedArray.ofOutputProjection(model));
        }
        return weights;
    }
}
