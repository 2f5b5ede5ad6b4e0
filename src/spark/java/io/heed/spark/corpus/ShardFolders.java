package io.heed.spark.corpus;

import io.heed.spark.hadoop.HadoopFiles;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;

/**
 * The folders of the shards of one text. Each run that cuts the text has one of its own, so that none disturbs another; all use the one that
 * was complete first.
 */
final class ShardFolders {

    /** A folder without an index to which nothing was added for so long is that of a program that was killed. */
    private static final long FORGOTTEN = Duration.ofDays(1).toMillis();

    private final HadoopFiles files;
    private final Path text;
    private final Path own;
    private final String key;

    /**
     * Names the folders of a text.
     *
     * @param directory the folder for all texts
     * @param key the key of the text
     */
    ShardFolders(HadoopFiles files, String directory, String key) {
        this.files = files;
        this.key = key;
        text = files.qualified(new Path(directory, key.substring(0, 16)));
        own = new Path(text, UUID.randomUUID().toString());
    }

    /** The folder of this run. */
    Path own() {
        return own;
    }

    /** Returns the index of the shards that were complete first, or null if none are. */
    @Nullable CorpusIndex first() {
        return folders().stream()
                .map(this::index)
                .filter(Objects::nonNull)
                .sorted(Comparator.comparingLong(FileStatus::getModificationTime).thenComparing(FileStatus::getPath))
                .map(index -> read(index.getPath().getParent()))
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    private List<FileStatus> folders() {
        return files.list(text).stream().filter(FileStatus::isDirectory).toList();
    }

    private @Nullable FileStatus index(FileStatus folder) {
        return files.status(new Path(folder.getPath(), CorpusIndex.NAME));
    }

    private @Nullable CorpusIndex read(Path folder) {
        return CorpusIndex.read(files, folder, key);
    }

    /** Completes the shards of this run, and returns the index of those to use: if another run was first, its. */
    CorpusIndex complete(CorpusIndex made) {
        made.write(files);
        files.discardUnfinished(own);
        CorpusIndex first = first();
        if (first != null && !first.folder().equals(made.folder())) {
            discard();
        }
        for (FileStatus folder : folders()) {
            boolean useless = index(folder) == null
                    ? System.currentTimeMillis() - folder.getModificationTime() > FORGOTTEN
                    : read(folder.getPath()) == null;
            if (useless) {
                files.delete(folder.getPath());
            }
        }
        return first == null ? made : first;
    }

    /** Removes the folder of this run. */
    void discard() {
        files.delete(own);
    }
}
