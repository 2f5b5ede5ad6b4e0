package io.heed.text.corpus;

import io.heed.text.DataFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The ids of one part of a text.
 *
 * @param ids the ids
 * @param starts where each sentence starts among them, and where the last one ends; null in one long text
 * @param rows how long the rows are, if that is known without reading them; null in one long text
 */
public record IdPart(
        Ids ids, @Nullable Ids starts, @Nullable RowLengths rows) {

    /** What is wrong with a part that has too few ids to train on or to validate with, as the end of a sentence about it. */
    public Optional<String> shortage(int context) {
        if (starts == null) {
            return ids.count() > context
                    ? Optional.empty()
                    : Optional.of(
                            "has %d tokens, which must be more than the context of %d".formatted(ids.count(), context));
        }
        return starts.count() > 1 ? Optional.empty() : Optional.of("has no line of two tokens or more");
    }

    /**
     * Its batches.
     *
     * @param context the most positions of a row
     * @param addedEnds the number of end marks that a sentence has as a target but not as a source
     */
    public TrainingData data(DataFormat format, int context, int addedEnds) {
        if (starts == null) {
            return new Stream(ids, context);
        }
        return format == DataFormat.PAIRS
                ? new TranslationPairs(new Lines(ids, starts, context, null), context, addedEnds, rows)
                : new Lines(ids, starts, context, rows);
    }

    /**
     * The share of one of several workers: as many ids as each other's or one more; of sentences, as many sentences or pairs.
     *
     * @param worker the worker, from 0
     * @param workers the number of workers
     */
    public IdPart share(DataFormat format, int worker, int workers) {
        if (starts == null) {
            long from = border(ids.count(), worker, workers);
            return new IdPart(ids.part(from, border(ids.count(), worker + 1, workers) - from, 0), null, null);
        }
        int unit = format == DataFormat.PAIRS ? 2 : 1;
        long units = (starts.count() - 1) / unit;
        long from = unit * border(units, worker, workers);
        long to = unit * border(units, worker + 1, workers);
        long first = starts.read(from, 1)[0];
        long last = starts.read(to, 1)[0];
        return new IdPart(ids.part(first, last - first, 0), starts.part(from, to - from + 1, -first), null);
    }

    private static long border(long count, int worker, int workers) {
        return count / workers * worker + count % workers * worker / workers;
    }
}
