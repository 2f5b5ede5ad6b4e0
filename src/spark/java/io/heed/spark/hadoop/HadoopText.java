package io.heed.spark.hadoop;

import io.heed.HeedException;
import io.heed.spark.cluster.ThisHost;
import io.heed.text.Bytes;
import io.heed.text.StoredText;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;

/**
 * A text file of any file system that Hadoop knows.
 *
 * @param uri its name
 * @param size the number of its bytes when it was found
 * @param configuration says how its file system is reached
 */
public record HadoopText(String uri, long size, Broadcast<SerializableConfiguration> configuration)
        implements StoredText {

    /**
     * Finds texts: files, folders (their *.txt files) and patterns, as {@link io.heed.text.TextFiles} does. A name without a scheme is
     * one of Hadoop's default file system.
     *
     * @throws HeedException naming a name that matches no file, or a scheme that no file system is for
     */
    public static List<HadoopText> find(List<String> names, Broadcast<SerializableConfiguration> configuration) {
        HadoopFiles files = new HadoopFiles(configuration.value().value());
        List<HadoopText> texts = new ArrayList<>();
        for (String name : io.heed.text.TextFiles.find(names, new HadoopFileTree(files))) {
            FileStatus status = files.status(new Path(name));
            texts.add(new HadoopText(files.qualified(new Path(name)).toString(), status == null ? 0 : status.getLen(), configuration));
        }
        return texts;
    }

    @Override
    public Bytes open() {
        HadoopFiles files = new HadoopFiles(configuration.value().value());
        Path path = new Path(uri);
        try {
            return files.open(path, size);
        } catch (FileNotFoundException e) {
            if (TaskContext.get() == null) {
                throw new HeedException("%s does not exist; name a text file in UTF-8".formatted(this), e);
            }
            throw new HeedException(
                    ("%s is not visible to the executor on %s; put it on a file system that all machines share, such"
                                    + " as hdfs:, or at the same path on each")
                            .formatted(this, ThisHost.name()),
                    e);
        } catch (IOException e) {
            throw HadoopFiles.failure("read", path, e);
        }
    }

    @Override
    public String toString() {
        return HadoopFiles.shown(new Path(uri));
    }
}
