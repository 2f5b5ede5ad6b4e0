package io.heed.spark.reading;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heed.HeedException;
import io.heed.spark.LocalSpark;
import io.heed.spark.SparkProgram;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Replacing what is there, on a file system that fails. */
class ParquetOutputTest {

    private static final StructType SCHEMA = new StructType().add("text", DataTypes.StringType);

    @TempDir
    private java.nio.file.Path folder;

    /** The disks of this machine, but nothing takes the place of a folder called "out" that was written beside it. */
    public static final class Failing extends RawLocalFileSystem {

        private static boolean failing;

        private boolean moved;

        @Override
        public URI getUri() {
            return URI.create("failing:///");
        }

        @Override
        public boolean rename(Path from, Path to) throws IOException {
            if (failing && to.getName().equals("out") && !moved) {
                moved = true; // it may come back
                return false;
            }
            return super.rename(from, to);
        }
    }

    private ParquetOutput output(boolean overwrite) {
        return new ParquetOutput(LocalSpark.cluster().session(), "failing://" + folder + "/out", overwrite);
    }

    private static JavaRDD<Row> rows(String text) {
        return LocalSpark.cluster().context().parallelize(List.of(RowFactory.create(text)), 1);
    }

    private String text() {
        return SparkProgram.rows(folder.resolve("out"), "text").get(0).getString(0);
    }

    @Test
    void what_cannot_be_replaced_stays() throws IOException {
        var hadoop = LocalSpark.cluster().context().hadoopConfiguration();
        hadoop.set("fs.failing.impl", Failing.class.getName());
        hadoop.set("fs.failing.impl.disable.cache", "true");
        Failing.failing = false;
        output(false).write(rows("first"), SCHEMA);
        output(true).write(rows("second"), SCHEMA);
        assertThat(text()).isEqualTo("second");
        assertThat(folder.toFile().list()).containsExactly("out");
        Failing.failing = true;
        assertThatThrownBy(() -> output(true).write(rows("third"), SCHEMA))
                .isInstanceOf(HeedException.class)
                .hasMessageMatching("cannot replace \\S+/out: \\S+ cannot be renamed; what was written is in (\\S+/\\.out-\\S+),"
                        + " what was there in \\S+/out");
        assertThat(text()).isEqualTo("second");
        try (var files = Files.list(folder)) {
            assertThat(files).hasSize(2);
        }
    }
}
