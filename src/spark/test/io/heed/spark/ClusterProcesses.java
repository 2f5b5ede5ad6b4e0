package io.heed.spark;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** A standalone Spark cluster on this machine: a master and workers of one core each, as processes that can be killed. */
public final class ClusterProcesses implements AutoCloseable {

    private static final String JARS = "target/spark/jars/*";

    /** Of all processes, most of whose time is their start. */
    private static final List<String> QUICK = List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-XX:-UsePerfData");

    private final Path folder;
    private final int port = freePort();
    private final Process master;
    private final List<Process> workers = new ArrayList<>();
    private final List<Process> programs = new ArrayList<>();

    /**
     * Starts a cluster.
     *
     * @param folder a folder for its files
     */
    public ClusterProcesses(Path folder, int workers) throws IOException {
        this.folder = folder;
        master = spark("master", "master.Master", "--host", "127.0.0.1", "--port", String.valueOf(port));
        await(() -> answers(port), "the master did not start");
        for (int i = 0; i < workers; i++) {
            startWorker();
        }
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean answers(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    /** Waits for something that is bound to happen, however long it takes on a busy machine: ten minutes mean that it hangs. */
    public static void await(BooleanSupplier done, String failure) {
        long end = System.nanoTime() + 600_000_000_000L;
        while (!done.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError(failure);
            }
            try {
                Thread.sleep(20);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    /** The URL of its master. */
    public String url() {
        return "spark://127.0.0.1:" + port;
    }

    /** Starts another worker. */
    public void startWorker() throws IOException {
        String name = "worker" + workers.size();
        workers.add(spark(
                name, "worker.Worker", "--host", "127.0.0.1", "-c", "1", "-m", "2g", "-d", folder.resolve(name).toString(), url()));
    }

    private Process spark(String name, String role, String... arguments) throws IOException {
        List<String> all = new ArrayList<>(List.of("--webui-port", "0"));
        all.addAll(List.of(arguments));
        return java(name, List.of("-Xmx256m"), JARS, "org.apache.spark.deploy." + role, all);
    }

    private Process java(String name, List<String> options, String classes, String main, List<String> arguments)
            throws IOException {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(QUICK);
        command.addAll(options);
        command.addAll(List.of("-cp", classes, main));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve(name + ".log").toFile());
        Map<String, String> environment = builder.environment();
        environment.put("SPARK_HOME", Path.of("target/spark").toAbsolutePath().toString());
        environment.put("SPARK_LOCAL_IP", "127.0.0.1");
        environment.put("SPARK_NO_DAEMONIZE", "1");
        environment.put("SPARK_SCALA_VERSION", "2.13"); // otherwise asked of the folders of a build
        environment.put("OPT_OUT_TRACKING", "true");
        return builder.start();
    }

    /** A program that was started. */
    public record Program(Process process, Path log) {

        /** What it has printed so far. */
        public String output() {
            try {
                return Files.exists(log) ? Files.readString(log) : "";
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** Waits for its end and returns its exit code. */
        public int code() throws InterruptedException {
            return process.waitFor();
        }

        /** Waits until it has printed a text so many times. */
        public void awaitOutput(String text, int times) {
            await(() -> output().split(java.util.regex.Pattern.quote(text), -1).length > times || !process.isAlive(), log.toString());
        }
    }

    /** Starts {@code heed spark} with arguments, as its launcher does. */
    public Program heed(String name, List<String> arguments) throws IOException {
        return heed(name, Map.of(), arguments);
    }

    /**
     * Does the same with settings of Spark.
     *
     * @param settings as {@code --conf} gives them
     */
    public Program heed(String name, Map<String, String> settings, List<String> arguments) throws IOException {
        List<String> all = new ArrayList<>(arguments);
        all.addAll(1, conf(settings));
        String classes = String.join(File.pathSeparator, JARS, "target/heed-spark.jar", TaskGate.classes());
        return program(
                name,
                List.of(
                        "-Dai.djl.offline=true",
                        "-Dslf4j.provider=org.apache.logging.slf4j.SLF4JServiceProvider",
                        "-Dslf4j.internal.verbosity=WARN",
                        "-Dlog4j2.configurationFile=classpath:io/heed/spark/log4j2.properties"),
                classes,
                "io.heed.spark.HeedOnSpark",
                all);
    }

    /** Starts it by {@code spark-submit}, on this cluster. */
    public Program submit(String name, List<String> arguments) throws IOException {
        List<String> all = new ArrayList<>(List.of("--master", url()));
        all.addAll(conf(Map.of()));
        all.add("target/heed-spark.jar");
        all.addAll(arguments);
        return program(name, List.of(), JARS, "org.apache.spark.deploy.SparkSubmit", all);
    }

    private static List<String> conf(Map<String, String> settings) {
        Map<String, String> all = new TreeMap<>(settings);
        all.put("spark.ui.enabled", "false");
        all.put("spark.executor.extraJavaOptions", String.join(" ", QUICK));
        return all.entrySet().stream()
                .flatMap(setting -> Stream.of("--conf", setting.getKey() + "=" + setting.getValue()))
                .toList();
    }

    private Program program(String name, List<String> options, String classes, String main, List<String> arguments)
            throws IOException {
        List<String> all = new ArrayList<>(List.of("-Xmx512m"));
        all.addAll(List.of(System.getProperty("heed.spark.opens").split("[ @]", -1)));
        all.addAll(options);
        Process started = java(name, all, classes, main, arguments);
        programs.add(started);
        return new Program(started, folder.resolve(name + ".log"));
    }

    /** Kills the programs that a failed test has left. */
    public void killPrograms() {
        programs.forEach(Process::destroyForcibly);
        programs.clear();
    }

    /** Kills an executor without warning. */
    public void killExecutor() {
        ProcessHandle executor = workers.stream()
                .flatMap(worker -> worker.toHandle().descendants())
                .filter(child -> child.info().commandLine().orElse("").contains("CoarseGrainedExecutorBackend"))
                .findFirst()
                .orElseThrow(() -> new AssertionError("there is no executor"));
        executor.destroyForcibly();
    }

    /** Kills a worker and its executor without warning. */
    public void killWorker(int index) {
        Process worker = workers.get(index);
        List<ProcessHandle> children = worker.toHandle().descendants().toList();
        worker.destroyForcibly();
        children.forEach(ProcessHandle::destroyForcibly);
    }

    @Override
    public void close() {
        killPrograms();
        for (int i = 0; i < workers.size(); i++) {
            killWorker(i);
        }
        master.destroyForcibly();
    }
}
