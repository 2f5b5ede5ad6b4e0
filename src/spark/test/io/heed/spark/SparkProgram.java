package io.heed.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.apache.spark.sql.Row;

/** Runs the program on Spark inside a test, on the threads of {@link LocalSpark}, and keeps what it printed. */
public final class SparkProgram {

    private SparkProgram() {}

    /** How a run ended. */
    public record Ran(int code, String out, String err) {

        public Ran succeeded() {
            assertThat(code).as(err).isZero();
            return this;
        }

        /** A failure that is told in one sentence. */
        public void failed(String... parts) {
            assertThat(err.lines()).hasSize(1);
            assertThat(err).startsWith("heed: ").contains(parts).doesNotContain("Exception", "\tat ");
            assertThat(out).isEmpty();
            assertThat(code).isEqualTo(1);
        }
    }

    /** Runs a command line. */
    public static Ran spark(String... arguments) {
        LocalSpark.cluster();
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = HeedOnSpark.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
        return new Ran(code, out.toString(), err.toString());
    }

    /** Reads Parquet files back. */
    public static List<Row> rows(Object path, String... order) {
        return LocalSpark.cluster()
                .session()
                .read()
                .parquet(path.toString())
                .orderBy(order[0], java.util.Arrays.copyOfRange(order, 1, order.length))
                .collectAsList();
    }
}
