package io.heed.spark.reading;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heed.HeedException;
import io.heed.checkpoint.LanguageModel;
import io.heed.model.DeviceChoice;
import io.heed.model.WeightFormat;
import io.heed.spark.LocalSpark;
import io.heed.spark.cluster.Cluster;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ShippedModelTest {

    private static final Path MODEL = Path.of("models/toy").toAbsolutePath();

    private static Cluster cluster;

    /** A file system of another scheme, as a shared one is. */
    public static final class Shared extends RawLocalFileSystem {
        @Override
        public URI getUri() {
            return URI.create("shared:///");
        }

        @Override
        public String getScheme() {
            return "shared";
        }
    }

    @BeforeAll
    static void connect() {
        cluster = LocalSpark.cluster();
        cluster.context().hadoopConfiguration().set("fs.shared.impl", Shared.class.getName());
    }

    private static ShippedModel ship(String name) {
        return ShippedModel.ship(cluster, name, DeviceChoice.CPU, WeightFormat.FLOAT32);
    }

    @Test
    void a_process_reads_a_model_once_for_all_its_tasks() {
        ShippedModel model = ship(MODEL.toString());
        int before = ExecutorModels.count();
        List<Integer> eight = IntStream.range(0, 8).boxed().toList();
        Set<Integer> read = new HashSet<>(cluster.context()
                .parallelize(eight, 8)
                .map(task -> System.identityHashCode(model.read()))
                .collect());
        assertThat(read).hasSize(1);
        assertThat(ExecutorModels.count()).isLessThanOrEqualTo(before + 1);
    }

    @Test
    void a_model_of_another_file_system_is_copied_and_reads_as_the_same() {
        ShippedModel model = ship("shared:" + MODEL);
        assertThat(model.folder()).isNotEqualTo(MODEL);
        LanguageModel copied = model.read();
        LanguageModel own = ship(MODEL.toString()).read();
        assertThat(copied.numbers().of(copied.transformer().plan().head()))
                .isEqualTo(own.numbers().of(own.transformer().plan().head()));
        assertThatThrownBy(() -> ship("shared:" + MODEL + "/none"))
                .isInstanceOf(HeedException.class)
                .hasMessageContaining("shared:" + MODEL + "/none");
        assertThatThrownBy(() -> ship("nowhere://host/model"))
                .isInstanceOf(HeedException.class)
                .hasMessageContaining("nowhere");
    }
}
