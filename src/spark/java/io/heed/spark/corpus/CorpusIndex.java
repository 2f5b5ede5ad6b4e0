package io.heed.spark.corpus;

import io.heed.spark.hadoop.HadoopFiles;
import io.heed.text.DataFormat;
import io.heed.text.Fingerprint;
import io.heed.text.corpus.CorpusFacts;
import io.heed.text.corpus.RowLengths;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/**
 * Where the ids of a text are, and what is known of it: all that a machine needs to read its share. Small enough to be sent to each.
 *
 * @param version the version of the format
 * @param folder the folder of the shards
 * @param format what lines mean
 * @param width the bytes of an id
 * @param addedEnds the number of end marks, 0 or 1, that a sentence has as a target but not as a source
 * @param training the shards of the training part, in order
 * @param validation the shards of the validation part, in order
 * @param trainingRows how long the sentences or pairs of the training part are; empty in one long text
 * @param facts what is known of the text
 */
public record CorpusIndex(
        int version,
        String folder,
        DataFormat format,
        int width,
        int addedEnds,
        List<Shard> training,
        List<Shard> validation,
        RowLengths trainingRows,
        CorpusFacts facts)
        implements Serializable {

    static final int VERSION = 1;

    /** The name of its file. */
    static final String NAME = "index.json";

    private static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .build();

    /**
     * The ids of a section of the text.
     *
     * @param name the name of its files, without ending
     * @param ids the number of its ids
     * @param lines the number of its sentences, or -1 in one long text
     */
    record Shard(String name, long ids, long lines) implements Serializable {

        /** The name of the file of ids. */
        String idFile() {
            return name + ".ids";
        }

        /** The name of the file of line starts. */
        String startFile() {
            return name + ".starts";
        }

        /** The number of bytes of the file of line starts. */
        long startBytes() {
            return 8 * (lines + 1);
        }
    }

    /** Copies the lists. */
    public CorpusIndex {
        training = List.copyOf(training);
        validation = List.copyOf(validation);
    }

    /** 64 hexadecimal digits that change with the tokenizer and with the ids of either part. */
    public String fingerprint() {
        return Fingerprint.of(facts.check(), facts.tokenizer());
    }

    /** The tokenizer.json. */
    public String tokenizer() {
        return facts.tokenizer();
    }

    /** An index and the SHA-256 of its JSON. */
    private record Checked(String check, CorpusIndex index) {}

    /** Writes it, when all shards are written. */
    void write(HadoopFiles files) {
        byte[] json = JSON.writeValueAsBytes(new Checked(check(), this));
        files.write(new Path(folder, NAME), out -> out.write(json));
    }

    private String check() {
        return Fingerprint.of(JSON.writeValueAsString(this));
    }

    /** Reads the index of a folder, or returns null unless it and all its shards are whole and made from the text of this key. */
    static @Nullable CorpusIndex read(HadoopFiles files, Path folder, String key) {
        byte[] json = files.read(new Path(folder, NAME));
        if (json == null) {
            return null;
        }
        CorpusIndex index;
        try {
            Checked checked = JSON.readValue(new String(json, StandardCharsets.UTF_8), Checked.class);
            index = checked.index;
            if (index == null || !index.check().equals(checked.check)) {
                return null;
            }
        } catch (JacksonException e) {
            return null;
        }
        boolean ours = index.version == VERSION && index.facts.key().equals(key) && index.folder.equals(folder.toString());
        return ours && index.missing(files).isEmpty() ? index : null;
    }

    /** The names of the files that are not there or have another size than they should. */
    List<String> missing(HadoopFiles files) {
        Map<String, Long> sizes = files.sizes(new Path(folder));
        return Stream.concat(training.stream(), validation.stream())
                .flatMap(shard -> Stream.concat(
                        missing(sizes, shard.idFile(), shard.ids * width),
                        shard.lines < 0 ? Stream.empty() : missing(sizes, shard.startFile(), shard.startBytes())))
                .toList();
    }

    private static Stream<String> missing(Map<String, Long> sizes, String name, long size) {
        return sizes.getOrDefault(name, -1L) == size ? Stream.empty() : Stream.of(name);
    }
}
