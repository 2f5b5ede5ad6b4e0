package io.heed.train;

import io.heed.model.shape.ModelConfig;
import io.heed.text.corpus.Batch;
import io.heed.text.corpus.TrainingData;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The part of the data that an evaluation reads.
 *
 * @param batches its rows
 * @param targets the number of their targets
 */
record EvaluatedPart(List<Batch> batches, long targets) {

    /** The most numbers of the residual stream in a batch: large enough to be fast, fewer than a training step needs. */
    private static final int MOST_NUMBERS = 1 << 19;

    /** The most logits in an evaluation batch. */
    private static final int MOST_LOGITS = 1 << 23;

    /** The fewest places of the data that a partial evaluation samples. */
    private static final int SPREAD = 8;

    /**
     * Chooses the part.
     *
     * @param wanted the approximate number of targets; 0 for all
     */
    static EvaluatedPart of(TrainingData data, ModelConfig shape, long wanted) {
        long rows = Math.min(
                MOST_NUMBERS / shape.width() / shape.context(), MOST_LOGITS / shape.vocabulary() / shape.context());
        if (wanted == 0 || wanted >= data.targets()) {
            return new EvaluatedPart(data.all((int) Math.max(1, rows)), data.targets());
        }
        rows = Math.min(rows, wanted / shape.context() / SPREAD);
        List<Batch> batches = some((double) wanted / data.targets(), data.all((int) Math.max(1, rows)));
        return new EvaluatedPart(
                batches, batches.stream().mapToLong(Batch::targetCount).sum());
    }

    /** A share of some batches, spread evenly over all. */
    private static List<Batch> some(double share, List<Batch> batches) {
        int count = (int) Math.max(1, Math.ceil(share * batches.size()));
        return IntStream.range(0, count)
                .mapToObj(i -> batches.get((int) ((long) i * batches.size() / count)))
                .toList();
    }
}
