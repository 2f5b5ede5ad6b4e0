package io.heed.inspect.evidence;

import io.heed.checkpoint.LanguageModel;
import io.heed.inspect.Recording;
import io.heed.inspect.Tensor;
import io.heed.model.Trace;
import io.heed.model.Trace.Part;
import io.heed.model.Trace.Step;
import io.heed.model.Weight.Role;
import io.heed.model.shape.Attention;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** What the parts of a model have written into the residual stream of one position; it is the sum of that. */
final class ResidualStream {

    /** The steps that are written. */
    static final Set<Step> WRITTEN =
            EnumSet.of(Step.TOKEN_EMBEDDING, Step.POSITION_EMBEDDING, Step.HEAD_CONTRIBUTION, Step.FEED_FORWARD_OUTPUT);

    /** The layer of a part outside the layers, and the head of a part that is not a head. */
    static final int NONE = -1;

    /**
     * What one part has written.
     *
     * @param name {@code token}, {@code position}, {@code head}, {@code attention bias}, {@code cross-attention head},
     *     {@code cross-attention bias} or {@code feed-forward}
     * @param layer the layer, from 0, or -1 for none
     * @param head the head, from 0, or -1 for none
     * @param vector (C)
     */
    record Written(String name, int layer, int head, float[] vector) {}

    private final LanguageModel model;
    private final Recording recording;
    private final Part part;
    private final int position;

    /**
     * Looks at the stream of a position.
     *
     * @param recording of that model, with the steps {@link #WRITTEN} that it has
     * @param part the decoder or the encoder
     */
    ResidualStream(LanguageModel model, Recording recording, Part part, int position) {
        this.model = model;
        this.recording = recording;
        this.part = part;
        this.position = position;
    }

    /** What everything before a layer has written, in the order of computation; the number of layers stands for the end. */
    List<Written> before(int layer) {
        List<Written> written = new ArrayList<>();
        written.add(new Written("token", NONE, NONE, outside(Step.TOKEN_EMBEDDING)));
        if (model.transformer().config().positions().ofTokens()) {
            written.add(new Written("position", NONE, NONE, outside(Step.POSITION_EMBEDDING)));
        }
        for (int i = 0; i < layer; i++) {
            attention(written, part, i, "");
            if (part == Part.DECODER && recording.passage().source() != null) {
                attention(written, Part.CROSS, i, "cross-");
            }
            float[] transformed = recording
                    .get(part, i, Step.FEED_FORWARD_OUTPUT)
                    .at(position)
                    .values();
            written.add(new Written("feed-forward", i, NONE, transformed));
        }
        return written;
    }

    /** The same and what the layer's own self-attention has written, which its cross-attention reads. */
    List<Written> afterAttention(int layer) {
        List<Written> written = before(layer);
        attention(written, part, layer, "");
        return written;
    }

    private void attention(List<Written> written, Part attention, int layer, String prefix) {
        Tensor heads = recording.get(attention, layer, Step.HEAD_CONTRIBUTION); // (H,T,C)
        String name = prefix.isEmpty() ? "head" : prefix + "attention head";
        for (int head = 0; head < heads.shape()[0]; head++) {
            written.add(new Written(name, layer, head, heads.at(head, position).values()));
        }
        if (model.transformer().config().attention().biases() == Attention.Biases.ALL) {
            float[] bias = model.numbers().of(model.transformer().plan().get(attention, layer, Role.OUTPUT_BIAS));
            written.add(new Written(prefix + "attention bias", layer, NONE, bias));
        }
    }

    private float[] outside(Step step) {
        return recording.get(part, Trace.OUTSIDE, step).at(position).values();
    }
}
