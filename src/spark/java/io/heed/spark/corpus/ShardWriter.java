package io.heed.spark.corpus;

import io.heed.spark.hadoop.HadoopFiles;
import io.heed.text.DataFormat;
import io.heed.text.IdList;
import io.heed.text.corpus.IdWriter;
import io.heed.text.corpus.PieceCutter;
import io.heed.text.corpus.Repeats;
import io.heed.text.corpus.RowLengths;
import java.io.BufferedOutputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.apache.hadoop.fs.Path;

/** Writes the shards of one task. Each of their files is whole or not there, however often the task runs. */
final class ShardWriter {

    private final PieceCutter cutter;
    private final Path folder;
    private final HadoopFiles files;

    ShardWriter(PieceCutter cutter, Path folder, HadoopFiles files) {
        this.cutter = cutter;
        this.folder = folder;
        this.files = files;
    }

    /**
     * Cuts a section into ids and writes them.
     *
     * @param repeats looks at each line of the training part
     */
    ShardTasks.Written write(ShardTasks.Uncut uncut, DataFormat format, Repeats repeats) {
        String name = "part-%05d".formatted(uncut.number());
        List<IdList> lengths = new ArrayList<>();
        IdWriter ids = written(
                name + ".ids",
                writer -> lengths.addAll(
                        cutter.cut(uncut.section(), uncut.first(), uncut.trained() ? repeats : null, writer)));
        String check = ids.check();
        long lines = -1;
        RowLengths rows = RowLengths.NONE;
        if (format.endsWithLines()) {
            rows = cutter.rows(lengths);
            lines = lengths.stream().mapToLong(IdList::size).sum();
            check += written(name + ".starts", writer -> writer.starts(lengths)).check();
        }
        return new ShardTasks.Written(
                new CorpusIndex.Shard(name, ids.count(), lines),
                check,
                ids.unknown(),
                rows,
                uncut.trained() ? repeats.found() : new BitSet());
    }

    private IdWriter written(String name, HadoopFiles.Writing<IdWriter> writing) {
        IdWriter[] writer = new IdWriter[1];
        files.write(new Path(folder, name), out -> {
            try (OutputStream buffered = new BufferedOutputStream(out, 1 << 16)) {
                writer[0] = cutter.writer(buffered);
                writing.to(writer[0]);
            }
        });
        return writer[0];
    }
}
