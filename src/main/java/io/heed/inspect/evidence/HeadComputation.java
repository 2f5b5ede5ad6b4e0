package io.heed.inspect.evidence;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.heed.checkpoint.LanguageModel;
import io.heed.inspect.Recording;
import io.heed.inspect.Tensor;
import io.heed.inspect.evidence.LensLayer.Guess;
import io.heed.model.Trace.Step;
import io.heed.model.shape.Attention;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What one head computes at one position, from the token's embedding to the next token. C is the width, D the width of a head, H the
 * number of heads of a layer; lengths are Euclidean.
 *
 * @param position the position that reads, p, from 0
 * @param layer the layer, from 0
 * @param head the head, from 0
 * @param keyHead the key head that it shares with other heads, from 0; null if it shares none
 * @param embedding the token's embedding, times its scale, (C)
 * @param positionVector what is added for its position, (C), or null if positions are not added to embeddings
 * @param residual the layer's input, (C)
 * @param query (D)
 * @param keys those of the positions up to this, (p+1,D)
 * @param scores q·k/√D of each, before softmax, (p+1); minus infinity where a window hides it
 * @param weights their softmax, (p+1)
 * @param values (p+1,D)
 * @param blend the values' sum by weight, which is what the head reads, (D)
 * @param written what the head adds to the residual stream, (C)
 * @param others the length of what each head of the layer adds, (H)
 * @param feedForward the length of what the layer's feed-forward network adds
 * @param after the likeliest next token if the model ended after the embeddings, and after each layer ({@link LogitLens})
 */
public record HeadComputation(
        int position,
        int layer,
        int head,

        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Integer keyHead,

        float[] embedding,
        float @Nullable [] positionVector,
        float[] residual,
        float[] query,
        float[][] keys,
        float[] scores,
        float[] weights,
        float[][] values,
        float[] blend,
        float[] written,
        double[] others,
        double feedForward,
        List<Guess> after) {

    /** The steps that a recording needs. */
    public static Set<Step> needed(LanguageModel model) {
        Set<Step> needed = EnumSet.of(
                Step.TOKEN_EMBEDDING,
                Step.POSITION_EMBEDDING,
                Step.RESIDUAL_BEFORE,
                Step.QUERY,
                Step.KEY,
                Step.SCORES,
                Step.WEIGHTS,
                Step.VALUE,
                Step.HEAD_OUTPUT,
                Step.HEAD_CONTRIBUTION,
                Step.FEED_FORWARD_OUTPUT,
                Step.RESIDUAL_AFTER);
        needed.retainAll(Step.of(model.transformer().config()));
        return needed;
    }

    /**
     * Looks up what a head computed.
     *
     * @param recording of that model, with the steps {@link #needed}
     * @param position the position that reads, from 0
     */
    public static HeadComputation of(LanguageModel model, Recording recording, int position, int layer, int head) {
        Attention attention = model.transformer().config().attention();
        Tensor written = recording.get(layer, Step.HEAD_CONTRIBUTION); // (H,T,C)
        return new HeadComputation(
                position,
                layer,
                head,
                attention.sharedKeyHeadOf(head),
                recording.get(Step.TOKEN_EMBEDDING).at(position).values(),
                recording.has(Step.POSITION_EMBEDDING)
                        ? recording.get(Step.POSITION_EMBEDDING).at(position).values()
                        : null,
                recording.get(layer, Step.RESIDUAL_BEFORE).at(position).values(),
                recording.get(layer, Step.QUERY).at(head, position).values(),
                upTo(position, recording.get(layer, Step.KEY).at(head).rows()),
                Arrays.copyOf(
                        recording.get(layer, Step.SCORES).at(head, position).values(), position + 1),
                Arrays.copyOf(
                        recording.get(layer, Step.WEIGHTS).at(head, position).values(), position + 1),
                upTo(position, recording.get(layer, Step.VALUE).at(head).rows()),
                recording.get(layer, Step.HEAD_OUTPUT).at(head, position).values(),
                written.at(head, position).values(),
                IntStream.range(0, (int) written.shape()[0])
                        .mapToDouble(each -> written.at(each, position).length())
                        .toArray(),
                recording.get(layer, Step.FEED_FORWARD_OUTPUT).at(position).length(),
                LogitLens.at(model, recording, position));
    }

    private static float[][] upTo(int position, float[][] rows) {
        return Arrays.copyOf(rows, position + 1);
    }
}
