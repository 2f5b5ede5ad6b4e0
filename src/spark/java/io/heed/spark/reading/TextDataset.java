package io.heed.spark.reading;

import io.heed.HeedException;
import io.heed.spark.cluster.TaskFailure;
import io.heed.spark.hadoop.HadoopFiles;
import io.heed.spark.reading.StoredTexts.Part;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.execution.datasources.HadoopFsRelation;
import org.apache.spark.sql.execution.datasources.LogicalRelation;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.jspecify.annotations.Nullable;
import scala.Tuple2;

/**
 * Texts of any file system that Hadoop knows, numbered from 0 in the order of their files' names and, in a file, of its lines or rows.
 * Blank ones are not counted. The numbers depend on nothing else, and texts that are read together are those whose numbers are in one
 * block; so neither the cluster nor the number of tasks changes a result.
 */
final class TextDataset {

    /** The column of texts, if none is named. */
    static final String COLUMN = "text";

    private static final String PARQUET = ".parquet";

    private final String name;
    private final Dataset<Row> rows; // as StoredTexts takes them
    private final Map<Part, Long> firsts;
    private final long size;

    private TextDataset(String name, Dataset<Row> rows, Map<Part, Long> firsts, long size) {
        this.name = name;
        this.rows = rows;
        this.firsts = firsts;
        this.size = size;
    }

    /**
     * Finds and counts texts.
     *
     * @param name a file, a folder or a pattern: text files with a text on each line, or Parquet files
     * @param column the column of Parquet files that has the texts; null for {@value #COLUMN}
     * @throws HeedException if there are none, a text is not UTF-8, or the column is missing or has no text
     */
    static TextDataset open(SparkSession session, String name, @Nullable String column) {
        boolean parquet = column != null || isParquet(session, name);
        try {
            Dataset<Row> read = parquet ? session.read().parquet(name) : session.read().text(name);
            Column texts = parquet ? column(name, read, column == null ? COLUMN : column) : read.col("value");
            Dataset<Row> rows = read.select(
                    texts.cast(DataTypes.BinaryType),
                    functions.col("_metadata.file_path"),
                    functions.col("_metadata.file_block_start"));
            return counted(name, rows);
        } catch (Exception e) { // Spark throws checked exceptions that it does not declare
            throw TaskFailure.of(e);
        }
    }

    private static boolean isParquet(SparkSession session, String name) {
        try {
            Path path = new HadoopFiles(session.sparkContext().hadoopConfiguration()).qualified(new Path(name));
            FileSystem system = path.getFileSystem(session.sparkContext().hadoopConfiguration());
            FileStatus[] found = system.globStatus(path);
            if (found == null || found.length == 0) {
                throw new FileNotFoundException();
            }
            for (FileStatus status : found) {
                if (holdsParquet(system, status)) {
                    return true;
                }
            }
            return false;
        } catch (FileNotFoundException e) {
            throw new HeedException("%s does not exist; name text files or Parquet files".formatted(name), e);
        } catch (IOException | IllegalArgumentException e) {
            throw new HeedException("cannot read %s: %s".formatted(name, e.getMessage()), e);
        }
    }

    /** Whether it is a Parquet file or a folder of some, which may be in folders of partitions, such as language=en. */
    private static boolean holdsParquet(FileSystem system, FileStatus status) throws IOException {
        if (!status.isDirectory()) {
            return status.getPath().getName().endsWith(PARQUET);
        }
        for (FileStatus inside : system.listStatus(status.getPath())) {
            boolean read = !inside.isDirectory() || inside.getPath().getName().contains("=");
            if (read && holdsParquet(system, inside)) {
                return true;
            }
        }
        return false;
    }

    private static Column column(String name, Dataset<Row> read, String column) {
        List<String> columns = new ArrayList<>(List.of(read.schema().fieldNames()));
        columns.removeAll(partitions(read));
        if (!columns.contains(column)) {
            throw new HeedException("%s has no column %s in its files; it has %s: name one of them with --column"
                    .formatted(name, column, String.join(", ", columns)));
        }
        DataType type = read.schema().apply(column).dataType();
        if (!type.equals(DataTypes.StringType) && !type.equals(DataTypes.BinaryType)) {
            throw new HeedException("the column %s of %s has values of type %s; name a column of text with --column"
                    .formatted(column, name, type.simpleString()));
        }
        return read.col("`" + column.replace("`", "``") + "`");
    }

    /** The columns that are the names of folders, not in the files. */
    private static List<String> partitions(Dataset<Row> read) {
        LogicalPlan plan = ((org.apache.spark.sql.classic.Dataset<Row>) read).queryExecution().analyzed();
        return plan instanceof LogicalRelation relation && relation.relation() instanceof HadoopFsRelation files
                ? List.of(files.partitionSchema().fieldNames())
                : List.of();
    }

    private static TextDataset counted(String name, Dataset<Row> rows) {
        List<Tuple2<Part, Long>> counts = new ArrayList<>(
                rows.javaRDD().mapPartitions(TextDataset::counts).collect());
        counts.sort(Comparator.comparing(Tuple2::_1, Part.ORDER));
        Map<Part, Long> firsts = new HashMap<>();
        long size = 0;
        for (Tuple2<Part, Long> count : counts) {
            firsts.put(count._1(), size);
            size += count._2();
        }
        if (size == 0) {
            throw new HeedException("%s has no text; give one on each line, or in each row".formatted(name));
        }
        return new TextDataset(name, rows, firsts, size);
    }

    private static Iterator<Tuple2<Part, Long>> counts(Iterator<Row> rows) {
        Map<Part, Long> counts = new HashMap<>();
        new StoredTexts(rows).forEachRemaining(text -> counts.merge(text.part(), 1L, Long::sum));
        return counts.entrySet().stream()
                .map(each -> new Tuple2<>(each.getKey(), each.getValue()))
                .iterator();
    }

    /** What it was called. */
    String name() {
        return name;
    }

    /** The number of texts. */
    long size() {
        return size;
    }

    /** Whether a folder has some of them. */
    boolean isIn(Path folder) {
        String start = folder + Path.SEPARATOR;
        return firsts.keySet().stream()
                .anyMatch(part -> new Path(URI.create(part.file())).toString().startsWith(start));
    }

    /**
     * The texts, cut into blocks.
     *
     * @param size the number of texts of each block but the last
     * @param most the largest number of partitions, each of which has consecutive blocks and none of which is empty
     */
    JavaRDD<TextBlock> blocks(int size, int most) {
        long blocks = (this.size + size - 1) / size;
        int partitions = (int) Math.min(blocks, most);
        Map<Part, Long> starts = firsts;
        return rows.javaRDD()
                .mapPartitionsToPair(some -> new TextPieces(some, starts, size))
                .repartitionAndSortWithinPartitions(new BlockPartitioner(blocks, size, partitions))
                .mapPartitions(pieces -> new WholeBlocks(pieces, size));
    }
}
