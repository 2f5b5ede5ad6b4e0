package io.heed.inspect.evidence;

import io.heed.checkpoint.LanguageModel;
import io.heed.inspect.Recording;
import io.heed.inspect.Tensor;
import io.heed.model.Trace;
import io.heed.model.Trace.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How much each part of a model contributes to one logit (direct logit attribution; Elhage et al., "A Mathematical Framework for
 * Transformer Circuits", 2021).
 *
 * <p>The residual stream is a sum, and the final norm is linear once its divisor σ is fixed: a part c of the stream contributes
 * {@code ((c − mean(c))/σ ⊙ weight)·E[token]}, with an RMS norm {@code (c/σ ⊙ weight)·E[token]}. The norm's bias contributes the rest;
 * all contributions sum to the logit.
 *
 * @param position where the prediction is made, from 0
 * @param token the id whose logit it is
 * @param logit the logit
 * @param parts what each part of the model contributes
 */
public record LogitAttribution(int position, int token, double logit, List<Part> parts) {

    /** The layer of a part outside the layers, and the head of a part that is not a head. */
    public static final int NONE = ResidualStream.NONE;

    /**
     * What one part contributes.
     *
     * @param name {@code token}, {@code position} where positions are added to embeddings, {@code head}, {@code attention bias} where the output projection has one, {@code feed-forward} or {@code norm bias}
     * @param layer the layer, from 0, or -1 for none
     * @param head the head, from 0, or -1 for none
     * @param logit its contribution to the logit
     */
    public record Part(String name, int layer, int head, double logit) {}

    /**
     * Attributes one logit.
     *
     * @param recording of that model, with every step
     * @param position where the prediction is made, from 0
     * @param token the id whose logit is attributed
     */
    public static LogitAttribution of(LanguageModel model, Recording recording, int position, int token) {
        End end = End.of(model, recording, position, token);
        List<Part> parts = new ArrayList<>();
        new ResidualStream(model, recording, Trace.Part.DECODER, position)
                .before(recording.layers())
                .forEach(each -> parts.add(new Part(each.name(), each.layer(), each.head(), end.share(each.vector()))));
        parts.add(new Part("norm bias", NONE, NONE, end.bias()));
        return new LogitAttribution(position, token, recording.logits(position)[token], List.copyOf(parts));
    }

    /**
     * Attributes one logit to the heads alone.
     *
     * @param recording of that model, with {@link Step#HEAD_CONTRIBUTION} and {@link Step#RESIDUAL_AFTER}
     * @return what each head contributes, by layer
     */
    static double[][] ofHeads(LanguageModel model, Recording recording, int position, int token) {
        End end = End.of(model, recording, position, token);
        double[][] shares = new double[recording.layers()][];
        for (int layer = 0; layer < shares.length; layer++) {
            Tensor heads = recording.get(layer, Step.HEAD_CONTRIBUTION);
            shares[layer] = IntStream.range(0, (int) heads.shape()[0])
                    .mapToDouble(head -> end.share(heads.at(head, position).values()))
                    .toArray();
        }
        return shares;
    }

    /** The linear map from a part of the residual stream to a logit: the final norm, held, and the token's row of the head. */
    private record End(HeldNorm norm, float[] embedding) {

        static End of(LanguageModel model, Recording recording, int position, int token) {
            float[] stream = recording
                    .get(recording.layers() - 1, Step.RESIDUAL_AFTER)
                    .at(position)
                    .values();
            return new End(
                    HeldNorm.afterLayers(model, Trace.Part.DECODER, stream),
                    model.numbers().row(model.transformer().plan().head(), token));
        }

        double share(float[] part) {
            double[] normed = norm.of(part);
            double sum = 0;
            for (int c = 0; c < part.length; c++) {
                sum += normed[c] * embedding[c];
            }
            return sum;
        }

        double bias() {
            double sum = 0;
            for (int c = 0; c < embedding.length; c++) {
                sum += (double) norm.shift()[c] * embedding[c];
            }
            return sum;
        }
    }
}
