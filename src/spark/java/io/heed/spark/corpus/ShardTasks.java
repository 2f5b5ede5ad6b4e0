package io.heed.spark.corpus;

import io.heed.HeedException;
import io.heed.spark.hadoop.HadoopFiles;
import io.heed.text.DataFormat;
import io.heed.text.TextChunk;
import io.heed.text.TextChunks;
import io.heed.text.TextSection;
import io.heed.text.TextSplit;
import io.heed.text.corpus.DataSplit;
import io.heed.text.corpus.PieceCutter;
import io.heed.text.corpus.Preparation;
import io.heed.text.corpus.Repeats;
import io.heed.text.corpus.RowLengths;
import io.heed.text.tokenizer.Counts;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;

/** What tasks do with a section of a text: each is a function that is sent to an executor. */
final class ShardTasks {

    private static final String PROBE = "probe";

    private ShardTasks() {}

    /** Writes a file into a folder and returns its name. */
    static Function<String, String> probe(Broadcast<SerializableConfiguration> configuration) {
        return folder -> {
            try {
                new HadoopFiles(configuration.value().value()).write(new Path(folder, PROBE), out -> out.write(0));
                return PROBE;
            } catch (HeedException e) {
                throw new HeedException("%s; name a folder for the text's ids with --shards".formatted(e.getMessage()), e);
            }
        };
    }

    /** Reads and checks a split. */
    static Function<TextSplit, TextSection> read(DataFormat format, int piece) {
        return split -> TextChunks.of(split, format, piece);
    }

    /** Counts a section for the tokenizer. */
    static Function<TextSection, Counts> count(Broadcast<Preparation> how) {
        return section -> how.value().count(section);
    }

    /** Collects the lines of a section of the validation part. */
    static Function<TextSection, Repeats> lines(DataFormat format) {
        return section -> {
            Repeats repeats = Repeats.none(format);
            section.pieces().stream().map(TextChunk::read).forEach(repeats::add);
            return repeats;
        };
    }

    /**
     * A section to cut.
     *
     * @param section its text
     * @param number its number among all sections
     * @param first whether a part of the text starts with it
     * @param trained whether it is of the training part
     */
    record Uncut(TextSection section, int number, boolean first, boolean trained) implements Serializable {

        static List<Uncut> of(DataSplit split) {
            List<Uncut> all = new ArrayList<>();
            for (TextSection section : split.training()) {
                all.add(new Uncut(section, all.size(), all.isEmpty(), true));
            }
            int trained = all.size();
            for (TextSection section : split.validation()) {
                all.add(new Uncut(section, all.size(), all.size() == trained, false));
            }
            return all;
        }
    }

    /**
     * A shard that has been written.
     *
     * @param shard its name and numbers
     * @param check the checksum of its ids and line starts
     * @param unknown the number of its ids that stand for an unknown word
     * @param rows how long its sentences or pairs are
     * @param found which validation lines are in it
     */
    record Written(CorpusIndex.Shard shard, String check, long unknown, RowLengths rows, BitSet found)
            implements Serializable {}

    /**
     * What all cutting needs, sent once to each executor.
     *
     * @param how how the text becomes ids
     * @param tokenizer the tokenizer.json
     * @param repeats the lines of the validation part
     */
    record Cutting(Preparation how, String tokenizer, Repeats repeats) implements Serializable {}

    /** Cuts a section into ids and writes them. */
    static Function<Uncut, Written> cut(
            Broadcast<Cutting> cutting, String folder, Broadcast<SerializableConfiguration> configuration) {
        return uncut -> {
            Cutting all = cutting.value();
            try (PieceCutter cutter = new PieceCutter(all.how, all.tokenizer)) {
                return new ShardWriter(cutter, new Path(folder), new HadoopFiles(configuration.value().value()))
                        .write(uncut, all.how.format(), all.repeats);
            }
        };
    }
}
