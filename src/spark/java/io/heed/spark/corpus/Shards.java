package io.heed.spark.corpus;

import io.heed.HeedException;
import io.heed.spark.hadoop.HadoopFiles;
import io.heed.text.Bytes;
import io.heed.text.corpus.CorpusFacts;
import io.heed.text.corpus.IdPart;
import io.heed.text.corpus.IdStore;
import io.heed.text.corpus.Ids;
import io.heed.text.corpus.RowLengths;
import io.heed.text.corpus.StoredIds;
import io.heed.text.corpus.TrainingData;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;

/** The ids of a text, read from its shards. Files are opened when they are first read. Thread-safe. */
public final class Shards implements IdStore {

    /** The most bytes of a worker's share that are kept in the heap. */
    private static final long KEPT = 1L << 28;

    /** Those of the current run, at most one. */
    private static final Map<CorpusIndex, Shards> CURRENT = new HashMap<>();

    private final CorpusIndex index;
    private final HadoopFiles files;
    private final List<Bytes> opened = new ArrayList<>();
    private final IdPart training;
    private final IdPart validation;
    private final Map<Share, TrainingData> shares = new HashMap<>();
    private long kept;

    /** Which data: those of a worker, or with no workers the validation part. */
    private record Share(int worker, int workers, int context) {}

    /** Opens shards, which the caller closes. */
    public Shards(CorpusIndex index, Configuration configuration) {
        this.index = index;
        files = new HadoopFiles(configuration);
        training = part(index.training(), index.trainingRows());
        validation = part(index.validation(), null);
    }

    /** The shards of a run, of which this JVM keeps one; those of an earlier run are closed and what they held is released. */
    public static synchronized Shards of(CorpusIndex index, Configuration configuration) {
        Shards now = CURRENT.get(index);
        if (now == null) {
            CURRENT.values().forEach(Shards::close);
            CURRENT.clear();
            now = new Shards(index, configuration);
            CURRENT.put(index, now);
        }
        return now;
    }

    private IdPart part(List<CorpusIndex.Shard> shards, @Nullable RowLengths rows) {
        List<Ids> ids = new ArrayList<>();
        List<Ids> starts = new ArrayList<>();
        long count = 0;
        for (CorpusIndex.Shard shard : shards) {
            ids.add(new StoredIds(
                    bytes(shard.idFile(), shard.ids() * index.width()), 0, shard.ids(), index.width()));
            if (shard.lines() >= 0) {
                Ids borders = new StoredIds(bytes(shard.startFile(), shard.startBytes()), 0, shard.lines() + 1, 8);
                starts.add(borders.part(0, shard.lines(), count));
            }
            count += shard.ids();
        }
        starts.add(StoredIds.of(count));
        boolean lines = index.format().endsWithLines();
        return new IdPart(Ids.joined(ids), lines ? Ids.joined(starts) : null, lines ? rows : null);
    }

    private Bytes bytes(String name, long size) {
        Bytes bytes = new LazyBytes(files, new Path(index.folder(), name), size);
        opened.add(bytes);
        return bytes;
    }

    @Override
    public IdPart training() {
        return training;
    }

    @Override
    public IdPart validation() {
        return validation;
    }

    @Override
    public CorpusFacts about() {
        return index.facts();
    }

    /**
     * The share of a worker: a contiguous part of all training ids or, if lines are sentences, of all sentences. It is kept in the heap
     * after the first call, unless it is larger than 256 MiB or a quarter of the heap.
     *
     * @param worker the worker, from 0
     * @param workers the number of workers
     * @param context the most positions of a row
     * @throws HeedException if the share is too small
     */
    public synchronized TrainingData training(int worker, int workers, int context) {
        return shares.computeIfAbsent(new Share(worker, workers, context), wanted -> {
            IdPart share = training.share(index.format(), worker, workers);
            share.shortage(context).ifPresent(shortage -> {
                throw new HeedException(
                        "worker %d of %d: its share of the training text %s; use fewer workers or more text"
                                .formatted(worker + 1, workers, shortage));
            });
            return data(share, context);
        });
    }

    /** The validation part. */
    public synchronized TrainingData validation(int context) {
        return shares.computeIfAbsent(new Share(0, 0, context), wanted -> data(validation, context));
    }

    private TrainingData data(IdPart part, int context) {
        return inHeap(part).data(index.format(), context, index.addedEnds());
    }

    private IdPart inHeap(IdPart part) {
        Ids starts = part.starts();
        long bytes = part.ids().count() * index.width() + (starts == null ? 0 : 8 * starts.count());
        if (bytes > KEPT || kept + bytes > Runtime.getRuntime().maxMemory() / 4) {
            return part;
        }
        kept += bytes;
        return new IdPart(
                StoredIds.copy(part.ids(), index.width()),
                starts == null ? null : StoredIds.copy(starts, 8),
                part.rows());
    }

    /** Closes the files and releases what is kept. Data that is still used opens its files again. */
    @Override
    public synchronized void close() {
        shares.clear();
        kept = 0;
        opened.forEach(Bytes::close);
    }
}
