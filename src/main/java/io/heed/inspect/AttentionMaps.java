package io.heed.inspect;

import io.heed.model.Trace.Part;
import io.heed.model.Trace.Step;
import io.heed.text.tokenizer.Encoded;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The attention weights of one part of a transformer.
 *
 * @param recording with the step {@code WEIGHTS}
 */
record AttentionMaps(Recording recording, Part part) implements TokenMaps {

    @Override
    public Quantity kind() {
        return Quantity.ATTENTION;
    }

    @Override
    public String text() {
        if (recording.passage().source() == null) {
            return recording.text();
        }
        return switch (part) {
            case ENCODER -> "Encoder: " + recording.source().text();
            case DECODER -> "Decoder: " + recording.text();
            case CROSS -> "Cross-attention: " + recording.text();
        };
    }

    /** {@inheritDoc} In the cross-attention each is shown with the token written next. */
    @Override
    public Encoded encoded() {
        Encoded queries = recording.passage().queries(part);
        return part == Part.CROSS
                ? new Encoded(
                        queries.ids(),
                        steps(queries.tokens()),
                        steps(queries.shown()),
                        queries.spans(),
                        queries.unknown())
                : queries;
    }

    private static List<String> steps(List<String> tokens) {
        return IntStream.range(0, tokens.size())
                .mapToObj(i -> tokens.get(i) + " → " + (i + 1 < tokens.size() ? tokens.get(i + 1) : "the end"))
                .toList();
    }

    @Override
    public Encoded keys() {
        return recording.passage().keys(part);
    }

    @Override
    public boolean causal() {
        return part == Part.DECODER;
    }

    @Override
    public int layers() {
        return recording.layers();
    }

    @Override
    public int heads() {
        return recording.heads();
    }

    @Override
    public float[][] map(int layer, int head) {
        return recording.get(part, layer, Step.WEIGHTS).at(head).rows();
    }

    @Override
    public String title(int layer, int head) {
        return "layer %d, head %d".formatted(layer, head);
    }

    @Override
    public String unit() {
        return "weight";
    }
}
