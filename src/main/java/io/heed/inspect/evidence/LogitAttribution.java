package io.heed.inspect.evidence;

import io.heed.checkpoint.LanguageModel;
import io.heed.inspect.Recording;
import io.heed.inspect.Tensor;
import io.heed.model.Trace;
import io.heed.model.Trace.Step;
import io.heed.model.Weight.Role;
import io.heed.model.WeightPlan;
import io.heed.model.shape.Norm;
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
    public static final int NONE = -1;

    /**
     * What one part contributes.
     *
     * @param name {@code token}, {@code position} where positions are added to embeddings, {@code head}, {@code attention bias}, {@code feed-forward} or {@code norm bias}
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
        WeightPlan plan = model.transformer().plan();
        List<Part> parts = new ArrayList<>();
        float[] tokens = recording.get(Step.TOKEN_EMBEDDING).at(position).values();
        parts.add(new Part("token", NONE, NONE, end.share(tokens)));
        if (recording.has(Step.POSITION_EMBEDDING)) {
            float[] places = recording.get(Step.POSITION_EMBEDDING).at(position).values();
            parts.add(new Part("position", NONE, NONE, end.share(places)));
        }
        for (int layer = 0; layer < recording.layers(); layer++) {
            Tensor heads = recording.get(layer, Step.HEAD_CONTRIBUTION);
            for (int head = 0; head < recording.heads(); head++) {
                parts.add(new Part(
                        "head", layer, head, end.share(heads.at(head, position).values())));
            }
            float[] bias = model.numbers().of(plan.get(Trace.Part.DECODER, layer, Role.OUTPUT_BIAS));
            parts.add(new Part("attention bias", layer, NONE, end.share(bias)));
            float[] written =
                    recording.get(layer, Step.FEED_FORWARD_OUTPUT).at(position).values();
            parts.add(new Part("feed-forward", layer, NONE, end.share(written)));
        }
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

    /** The linear map from a part of the residual stream to a logit. */
    private record End(double[] direction, boolean centred, double deviation, double bias) {

        static End of(LanguageModel model, Recording recording, int position, int token) {
            WeightPlan plan = model.transformer().plan();
            float[] weight = model.numbers().of(plan.get(Role.FINAL_NORM));
            float[] bias = model.numbers().of(plan.get(Role.FINAL_NORM_SHIFT));
            float[] embedding = model.numbers().row(plan.head(), token);
            int width = weight.length;
            float[] stream = recording
                    .get(recording.layers() - 1, Step.RESIDUAL_AFTER)
                    .at(position)
                    .values();
            Norm norm = model.transformer().config().norm();
            boolean centred = norm.kind() == Norm.Kind.LAYER;
            double mean = centred ? mean(stream) : 0;
            double variance = 0;
            double ofBias = 0;
            double[] direction = new double[width];
            for (int c = 0; c < width; c++) {
                variance += (stream[c] - mean) * (stream[c] - mean) / width;
                direction[c] = (double) weight[c] * embedding[c];
                ofBias += (double) bias[c] * embedding[c];
            }
            return new End(direction, centred, Math.sqrt(variance + norm.epsilon()), ofBias);
        }

        double share(float[] part) {
            double mean = centred ? mean(part) : 0;
            double sum = 0;
            for (int c = 0; c < part.length; c++) {
                sum += (part[c] - mean) / deviation * direction[c];
            }
            return sum;
        }

        private static double mean(float[] values) {
            double sum = 0;
            for (float value : values) {
                sum += value;
            }
            return sum / values.length;
        }
    }
}
