package io.heed.inspect.files;

import io.heed.model.ModelConfig;
import io.heed.model.Trace.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.LongStream;

/**
 * What is known of an array of a dump before the model has read the text.
 *
 * @param name its name, with the text's prefix
 * @param shape its dimensions
 * @param whole whether its numbers are int64; else they are float32
 */
record NamedShape(String name, long[] shape, boolean whole) {

    /** The tokens' arrays and those of some steps, of a text of so many tokens. */
    static List<NamedShape> of(String prefix, ModelConfig config, int tokens, Set<Step> steps) {
        List<NamedShape> shapes = new ArrayList<>();
        for (String name : List.of("ids", "starts", "ends")) {
            shapes.add(new NamedShape(prefix + name, new long[] {tokens}, true));
        }
        for (Step step : steps) {
            LongStream shape = LongStream.of(shape(step, config, tokens));
            shape = step.inLayers() ? LongStream.concat(LongStream.of(config.layers()), shape) : shape;
            shapes.add(new NamedShape(prefix + step.name().toLowerCase(Locale.ROOT), shape.toArray(), false));
        }
        return shapes;
    }

    private static long[] shape(Step step, ModelConfig config, long tokens) {
        long heads = config.heads();
        return switch (step) {
            case QUERY, KEY, VALUE, HEAD_OUTPUT -> new long[] {heads, tokens, config.headWidth()};
            case UNMASKED_SCORES, SCORES, WEIGHTS -> new long[] {heads, tokens, tokens};
            case HEAD_CONTRIBUTION -> new long[] {heads, tokens, config.width()};
            case FEED_FORWARD_INNER, FEED_FORWARD_ACTIVE ->
                new long[] {tokens, config.feedForward().width()};
            case LOGITS -> new long[] {tokens, config.vocabulary()};
            default -> new long[] {tokens, config.width()};
        };
    }
}
