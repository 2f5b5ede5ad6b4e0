package io.heed.spark.cluster;

import io.heed.HeedException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import scala.jdk.javaapi.CollectionConverters;

/** A connection to a Spark cluster, or to threads of this machine that stand for one. */
public final class Cluster implements AutoCloseable {

    private static final int CONNECT_MILLISECONDS = 5_000;
    private static final int REGISTER_MILLISECONDS = 20_000;

    private final SparkSession session;
    private final JavaSparkContext context;
    private final boolean ours;

    private Cluster(SparkSession session, boolean ours) {
        this.session = session;
        this.ours = ours;
        context = JavaSparkContext.fromSparkContext(session.sparkContext());
    }

    /**
     * Connects and waits for an executor. A connection that this process already has is used, and not closed.
     *
     * @param master the cluster; null for what spark-submit was given, or else this machine
     * @param name the name of the application
     * @throws HeedException if the master does not answer, or has no executor for this application within 20 s
     */
    public static Cluster open(@Nullable String master, String name) {
        SparkConf conf = new SparkConf(); // with what spark-submit was given
        String where = master != null ? master : conf.get("spark.master", "local[*]");
        requireMaster(where);
        conf.setMaster(where).setAppName(name);
        settings(conf, where.startsWith("local"));
        Cluster cluster;
        try {
            boolean connected = SparkSession.getDefaultSession()
                    .exists(session -> !session.sparkContext().isStopped());
            cluster = new Cluster(SparkSession.builder().config(conf).getOrCreate(), !connected);
        } catch (RuntimeException e) {
            throw new HeedException("%s cannot be used: %s; give --master spark://HOST:7077 or local[*]"
                    .formatted(where, firstLine(e)), e);
        }
        try {
            cluster.awaitSlots(1);
            return cluster;
        } catch (RuntimeException e) {
            cluster.close();
            throw e;
        }
    }

    /** What executors compute with; settings of the user come first. */
    private static void settings(SparkConf conf, boolean local) {
        conf.set(
                "spark.executor.extraJavaOptions",
                (conf.get("spark.executor.extraJavaOptions", "")
                                + " -Dai.djl.offline=true -Djava.awt.headless=true -Djna.noclasspath=true -Djna.nosys=true")
                        .strip());
        conf.setIfMissing("spark.executorEnv.OPT_OUT_TRACKING", "true");
        conf.setIfMissing("spark.executorEnv.TOKENIZERS_PARALLELISM", "false"); // a task has one core
        if (System.getProperty("log4j2.configurationFile") == null) {
            conf.setIfMissing("spark.log.level", "ERROR");
        }
        conf.set("spark.sql.artifact.isolation.enabled", "false"); // else SQL has classes, files and an engine of its own
        conf.set("spark.serializer", "org.apache.spark.serializer.JavaSerializer"); // Kryo cannot make records
        conf.setIfMissing("spark.ui.showConsoleProgress", "false");
        conf.setIfMissing("spark.driver.maxResultSize", "0"); // a model's weights may be larger than the usual limit
        conf.setIfMissing("spark.broadcast.compress", "false"); // weights do not shrink
        conf.setIfMissing("spark.shuffle.compress", "false");
        conf.setIfMissing("spark.locality.wait", "0s"); // an idle executor costs more than moving a worker's state
        if (local) {
            conf.setIfMissing("spark.ui.enabled", "false");
        } else {
            List<String> jars = new ArrayList<>(List.of(conf.get("spark.jars", "").split(",", -1)));
            jars.removeIf(String::isBlank);
            List<String> names = jars.stream().map(Cluster::fileName).toList();
            ExecutorJars.needed().stream()
                    .filter(jar -> !names.contains(fileName(jar)))
                    .forEach(jars::add);
            conf.set("spark.jars", String.join(",", jars));
        }
    }

    private static String fileName(String uri) {
        return uri.substring(uri.lastIndexOf('/') + 1);
    }

    /** Asks whether anyone listens, since Spark itself waits for a minute. */
    private static void requireMaster(String url) {
        if (!url.startsWith("spark://")) {
            return;
        }
        List<String> failures = new ArrayList<>();
        for (String host : url.substring("spark://".length()).split(",", -1)) {
            Optional<String> failure = failure(host);
            if (failure.isEmpty()) {
                return;
            }
            failures.add(host + ": " + failure.get());
        }
        throw new HeedException("no Spark master answers at %s (%s); start one, or correct --master"
                .formatted(url, String.join("; ", failures)));
    }

    private static Optional<String> failure(String host) {
        URI uri = URI.create("spark://" + host);
        if (uri.getHost() == null || uri.getPort() < 0) {
            return Optional.of("it has to be HOST:PORT");
        }
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(uri.getHost(), uri.getPort()), CONNECT_MILLISECONDS);
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(e instanceof java.net.UnknownHostException ? "unknown host" : firstLine(e));
        }
    }

    static String firstLine(Throwable failure) {
        return String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
    }

    /** Its session, for datasets. */
    public SparkSession session() {
        return session;
    }

    /** Its context, for jobs. */
    public JavaSparkContext context() {
        return context;
    }

    /** Whether its tasks run in threads of this process. */
    public boolean local() {
        return context.isLocal();
    }

    /** The number of cores that a task has. */
    public int coresOfTask() {
        return context.getConf().getInt("spark.task.cpus", 1);
    }

    /** Whether it starts executors as tasks wait for them. */
    public boolean growsOnDemand() {
        return context.getConf().getBoolean("spark.dynamicAllocation.enabled", false);
    }

    /** The number of tasks that it can run at a time, as far as executors have registered. */
    public int slots() {
        return local()
                ? context.defaultParallelism()
                : CollectionConverters.asJava(context.sc().statusStore().executorList(true)).stream()
                        .filter(executor -> !executor.id().equals("driver"))
                        .mapToInt(executor -> executor.maxTasks())
                        .sum();
    }

    /**
     * Waits, up to 20 s, until so many tasks can run at a time, and returns how many can.
     *
     * @throws HeedException if none can
     */
    public int awaitSlots(int wanted) {
        long begun = System.nanoTime();
        while (slots() < wanted && (System.nanoTime() - begun) / 1_000_000 < REGISTER_MILLISECONDS) {
            try {
                Thread.sleep(50);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new HeedException("interrupted", e);
            }
        }
        if (slots() == 0) {
            throw new HeedException(
                    "%s started no executor within %d s; look whether it has workers with free cores and memory, or ask for less with spark.executor.memory"
                            .formatted(context.master(), REGISTER_MILLISECONDS / 1000));
        }
        return slots();
    }

    @Override
    public void close() {
        if (ours) {
            context.close();
        }
    }
}
