package io.heed.inspect.evidence;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.heed.checkpoint.LanguageModel;
import io.heed.inspect.heads.RepeatedTokens;
import io.heed.model.Head;
import io.heed.model.HeadReplacement;
import io.heed.model.Trace;
import io.heed.model.Trace.Step;
import io.heed.text.corpus.Batch;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;

/**
 * What a decoder's predictions lose without a set of heads, which may be in several layers: in one pass over random sequences that repeat,
 * the heads' outputs are replaced. Every layer is computed anew, so heads that read others notice.
 */
final class HeadSetAblation {

    private final LanguageModel model;
    private final RepeatedTokens repeated;
    private final float[][][] instead; // (layers,H,D)

    /** Prepares to ablate heads; the mean is that over all positions of all the sequences. */
    HeadSetAblation(LanguageModel model, RepeatedTokens repeated, AblationKind kind) {
        this.model = model;
        this.repeated = repeated;
        instead = kind == AblationKind.MEAN
                ? means()
                : HeadReplacement.zeros(model.transformer().config());
    }

    /** The mean of each head's output over positions and sequences, (layers,H,D). */
    private float[][][] means() {
        float[][][] means = HeadReplacement.zeros(model.transformer().config());
        try (NDManager reading = model.newReading()) {
            Trace trace = new Trace(EnumSet.of(Step.HEAD_OUTPUT));
            model.read(reading, repeated.rows().toArray(long[][]::new), trace);
            for (int layer = 0; layer < means.length; layer++) {
                NDArray output = trace.get(layer, Step.HEAD_OUTPUT); // (B,H,T,D)
                float[] all = output.mean(new int[] {0}).mean(new int[] {1}).toFloatArray(); // (H,D)
                for (int head = 0; head < means[layer].length; head++) {
                    int width = means[layer][head].length;
                    means[layer][head] = Arrays.copyOfRange(all, head * width, (head + 1) * width);
                }
            }
        }
        return means;
    }

    /** The losses of both halves without some heads, which may be none. */
    HalfLosses without(Collection<Head> heads) {
        try (NDManager reading = model.newReading()) {
            Trace trace = new Trace(EnumSet.noneOf(Step.class), new HeadReplacement(heads, instead));
            NDArray logits = model.read(reading, repeated.rows().toArray(long[][]::new), trace); // (B,T,V)
            int start = repeated.marks();
            return new HalfLosses(loss(logits, start), loss(logits, start + repeated.once()));
        }
    }

    /** The mean loss of a half's tokens but the first, which stands at a position. */
    private double loss(NDArray logits, int start) {
        int scored = repeated.once() - 1;
        long[][] targets = repeated.rows().stream()
                .map(ids -> {
                    long[] next = new long[ids.length];
                    Arrays.fill(next, Batch.IGNORED);
                    System.arraycopy(ids, start + 1, next, start, scored);
                    return next;
                })
                .toArray(long[][]::new);
        NDManager owner = logits.getManager();
        NDArray share = owner.create(1f / (scored * targets.length));
        NDArray smoothing = owner.create(0f).toDevice(Device.cpu(), false);
        return model.transformer()
                .kernels()
                .crossEntropy(logits, owner.create(targets), share, smoothing, false)
                .getFloat();
    }
}
