package io.heed.spark.corpus;

import io.heed.text.DataFormat;
import io.heed.text.Fingerprint;
import io.heed.text.corpus.CorpusFacts;
import io.heed.text.corpus.IdWriter;
import io.heed.text.corpus.Repeats;
import io.heed.text.corpus.RowLengths;
import io.heed.text.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;
import org.apache.hadoop.fs.Path;

/** Collects what is known of each shard, in order. */
final class IndexBuilder {

    private final String json;
    private final int trained;
    private final List<CorpusIndex.Shard> shards = new ArrayList<>();
    private final List<String> checks = new ArrayList<>();
    private long unknown;
    private RowLengths rows = RowLengths.NONE;

    /**
     * Starts an index.
     *
     * @param json the tokenizer.json
     * @param trained the number of shards of the training part, which come first
     */
    IndexBuilder(String json, int trained) {
        this.json = json;
        this.trained = trained;
    }

    /** Adds the next shard. */
    void add(ShardTasks.Written written) {
        if (shards.size() < trained) {
            unknown += written.unknown();
            rows = rows.plus(written.rows());
        }
        shards.add(written.shard());
        checks.add(written.check());
    }

    /** The index of all shards. */
    CorpusIndex build(Path folder, String key, DataFormat format, Tokenizer tokenizer, Repeats repeats) {
        List<CorpusIndex.Shard> training = shards.subList(0, trained);
        List<CorpusIndex.Shard> validation = shards.subList(trained, shards.size());
        boolean lines = format.endsWithLines();
        CorpusFacts facts = new CorpusFacts(
                key,
                Fingerprint.of(checks.toArray(String[]::new)),
                sum(training, CorpusIndex.Shard::ids),
                sum(validation, CorpusIndex.Shard::ids),
                lines ? sum(training, CorpusIndex.Shard::lines) : -1,
                lines ? sum(validation, CorpusIndex.Shard::lines) : -1,
                repeats.lines(),
                repeats.count(),
                unknown,
                json);
        return new CorpusIndex(
                CorpusIndex.VERSION,
                folder.toString(),
                format,
                IdWriter.width(tokenizer.size()),
                tokenizer.sentenceMarks().addedEnds(),
                training,
                validation,
                rows,
                facts);
    }

    private static long sum(List<CorpusIndex.Shard> shards, ToLongFunction<CorpusIndex.Shard> what) {
        return shards.stream().mapToLong(what).sum();
    }
}
