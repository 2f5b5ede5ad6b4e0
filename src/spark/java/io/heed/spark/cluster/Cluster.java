package io.heed.spark.cluster;

import io.heed.HeedException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import scala.jdk.javaapi.CollectionConverters;

/** A connection to a Spark cluster, or to threads of this machine that stand for one. */
public final class Cluster implements AutoCloseable {

    private static final int CONNECT_MILLISECONDS = 5_000;
    private static final int REGISTER_MILLISECONDS = 20_000;

    /** The same where executors are allocated: YARN and Kubernetes take their time. */
    private static final int ALLOCATE_MILLISECONDS = 300_000;

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
     * @param given settings of Spark, besides those that spark-submit was given
     * @param name the name of the application
     * @throws HeedException if the master does not answer, or has no executor for this application in time
     */
    public static Cluster open(@Nullable String master, Map<String, String> given, String name) {
        SparkConf conf = new SparkConf(); // with what spark-submit was given
        given.forEach(conf::set);
        String where = master != null ? master : conf.get("spark.master", "local[*]");
        requireMaster(where);
        conf.setMaster(where).setAppName(name);
        settings(conf, where.startsWith("local"));
        Cluster cluster;
        try {
            boolean connected = SparkSession.getDefaultSession()
                    .exists(session -> !session.sparkContext().isStopped());
            cluster = new Cluster(connected(conf, where), !connected);
        } catch (HeedException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new HeedException("%s cannot be used: %s; give --master spark://HOST:7077 or local[*]"
                    .formatted(where, firstLine(e)), e);
        }
        try {
            if (!cluster.growsOnDemand()) {
                cluster.awaitSlots(1);
            }
            return cluster;
        } catch (RuntimeException e) {
            cluster.close();
            throw e;
        }
    }

    /** Connects; a master that listens but does not answer is waited for as long as one that has no executor. */
    private static SparkSession connected(SparkConf conf, String where) {
        if (!where.startsWith("spark://")) {
            return SparkSession.builder().config(conf).getOrCreate();
        }
        CompletableFuture<SparkSession> made = new CompletableFuture<>();
        Thread connecting = new Thread(
                () -> {
                    try {
                        made.complete(SparkSession.builder().config(conf).getOrCreate());
                    } catch (RuntimeException e) {
                        made.completeExceptionally(e);
                    }
                },
                "heed-connect");
        connecting.setDaemon(true);
        connecting.start();
        try {
            return made.get(REGISTER_MILLISECONDS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new HeedException(
                    "something listens at %s but does not answer as a Spark master; correct --master".formatted(where), e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(firstLine(e), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new HeedException("interrupted", e);
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
        conf.setIfMissing("spark.driver.maxResultSize", "0"); // a run's state may be larger than the usual limit
        conf.setIfMissing("spark.broadcast.compress", "false"); // numbers do not shrink
        conf.setIfMissing("spark.shuffle.compress", "false");
        conf.setIfMissing("spark.locality.wait", "0s"); // an idle executor costs more than reading another worker's text
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
     * Waits, 20 s at most on a standalone cluster, until so many tasks can run at a time, and returns how many can.
     *
     * @throws HeedException if none can
     */
    public int awaitSlots(int wanted) {
        int most = context.master().startsWith("spark://") ? REGISTER_MILLISECONDS : ALLOCATE_MILLISECONDS;
        long begun = System.nanoTime();
        while (slots() < wanted && (System.nanoTime() - begun) / 1_000_000 < most) {
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
                            .formatted(context.master(), most / 1000));
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
