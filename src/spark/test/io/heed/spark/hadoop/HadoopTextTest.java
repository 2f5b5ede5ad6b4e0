package io.heed.spark.hadoop;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heed.HeedException;
import io.heed.spark.LocalSpark;
import io.heed.spark.cluster.Cluster;
import io.heed.spark.cluster.OrderedTasks;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A text that an executor cannot see. */
class HadoopTextTest {

    @Test
    void a_file_that_only_the_driver_sees_is_named_with_the_host(@TempDir Path folder) {
        Cluster cluster = LocalSpark.cluster();
        Broadcast<SerializableConfiguration> configuration =
                cluster.context().broadcast(new SerializableConfiguration(cluster.context().hadoopConfiguration()));
        HadoopText text = new HadoopText("file:" + folder + "/a.txt", 100, configuration); // found by another machine
        assertThatThrownBy(() -> new OrderedTasks(cluster, "test")
                        .run(List.of(text), one -> one.open().size(), (one, size) -> {}))
                .isInstanceOf(HeedException.class)
                .hasMessageMatching(folder + "/a.txt is not visible to the executor on .+; put it on a file system that all"
                        + " machines share, such as hdfs:, or at the same path on each");
        assertThatThrownBy(text::open).hasMessage(folder + "/a.txt does not exist; name a text file in UTF-8");
    }
}
