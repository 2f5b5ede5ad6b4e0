package io.heed.inspect.evidence;

import io.heed.checkpoint.LanguageModel;
import io.heed.model.Trace;
import io.heed.model.Weight;
import io.heed.model.Weight.Role;
import io.heed.model.WeightPlan;
import io.heed.model.shape.Norm;
import java.util.Arrays;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * A norm whose statistics are held at those of one vector, which makes it linear: of what it is applied to, each part c becomes
 * {@code (c − mean(c))/σ ⊙ scale}, with an RMS norm {@code c/σ ⊙ scale}, and the shift is a part of its own. Applied to the parts of that
 * vector, with the shift, it gives what the norm does.
 *
 * @param scale (C)
 * @param shift (C), zero if the norm has none
 * @param centred whether the mean is subtracted
 * @param deviation σ, the root of the variance and ε, of an RMS norm of the mean square and ε
 */
record HeldNorm(float[] scale, float[] shift, boolean centred, double deviation) {

    /** The model's norm before an attention, at one of its inputs. */
    static HeldNorm beforeAttention(LanguageModel model, Trace.Part part, int layer, float[] input) {
        return of(
                model, role -> weight(model, part, layer, role), Role.ATTENTION_NORM, Role.ATTENTION_NORM_SHIFT, input);
    }

    /** The norm after the last layer of the encoder or the decoder, at one of its inputs. */
    static HeldNorm afterLayers(LanguageModel model, Trace.Part part, float[] input) {
        return of(
                model,
                role -> weight(model, part, Weight.OUTSIDE, role),
                Role.FINAL_NORM,
                Role.FINAL_NORM_SHIFT,
                input);
    }

    /**
     * The norm of one head's queries or keys, which is always by the root of the mean square.
     *
     * @param role {@link Role#QUERY_NORM} or {@link Role#KEY_NORM}
     * @param projected the query or key as projected, (D)
     */
    static HeldNorm ofHead(LanguageModel model, Trace.Part part, int layer, Role role, float[] projected) {
        float[] scale = weight(model, part, layer, role);
        double epsilon = model.transformer().config().norm().epsilon();
        return new HeldNorm(scale, new float[scale.length], false, deviation(projected, 0, epsilon));
    }

    private static HeldNorm of(
            LanguageModel model, Function<Role, float[]> weights, Role scale, Role shift, float[] input) {
        Norm norm = model.transformer().config().norm();
        boolean centred = norm.kind() == Norm.Kind.LAYER;
        double mean = centred ? mean(widened(input)) : 0;
        return new HeldNorm(
                weights.apply(scale), weights.apply(shift), centred, deviation(input, mean, norm.epsilon()));
    }

    private static float[] weight(LanguageModel model, Trace.Part part, int layer, Role role) {
        WeightPlan plan = model.transformer().plan();
        return model.numbers().of(plan.get(part, layer, role));
    }

    private static double deviation(float[] vector, double mean, double epsilon) {
        double squares = 0;
        for (float number : vector) {
            squares += (number - mean) * (number - mean);
        }
        return Math.sqrt(squares / vector.length + epsilon);
    }

    private static double mean(double[] vector) {
        return Arrays.stream(vector).sum() / vector.length;
    }

    static double[] widened(float[] vector) {
        return IntStream.range(0, vector.length).mapToDouble(i -> vector[i]).toArray();
    }

    /** What a part of the vector becomes, without the shift, (C). */
    double[] of(float[] part) {
        return of(widened(part));
    }

    /** What a part of the vector becomes, as {@link #of(float[])}. */
    double[] of(double[] part) {
        double mean = centred ? mean(part) : 0;
        double[] normed = new double[part.length];
        for (int c = 0; c < part.length; c++) {
            normed[c] = (part[c] - mean) / deviation * scale[c];
        }
        return normed;
    }
}
