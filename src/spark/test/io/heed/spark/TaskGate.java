package io.heed.spark;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.spark.TaskContext;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.api.plugin.SparkPlugin;
import org.jspecify.annotations.Nullable;

/**
 * Holds tasks on executors until a test lets them go on, so that what it kills is certainly in the middle of them. A task is held while
 * its folder has a file of its job's name, and says so by another file.
 */
public final class TaskGate implements SparkPlugin {

    private static final String FOLDER = "spark.heed.gates";

    /** The jobs that are held. */
    public record Gates(Path folder) {

        /** Holds the tasks of the jobs of a name from now on. */
        public Gates shut(String job) throws IOException {
            Files.createDirectories(folder);
            Files.createFile(folder.resolve(job));
            return this;
        }

        /** Waits until so many tasks are held. */
        public void awaitHeld(String job, int tasks) {
            ClusterProcesses.await(() -> held(job) == tasks, "the tasks of " + job + " did not start");
        }

        private long held(String job) {
            try (var files = Files.list(folder)) {
                return files.filter(file -> file.getFileName().toString().startsWith(job + " is held by")).count();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** Lets the tasks go on. */
        public void open(String job) throws IOException {
            Files.delete(folder.resolve(job));
        }

        /** The settings of a program whose tasks are held; its driver needs the class path of the executors too. */
        public Map<String, String> settings() {
            return Map.of("spark.plugins", TaskGate.class.getName(), FOLDER, folder.toString(), "spark.executor.extraClassPath", classes());
        }
    }

    /** Where this class is. */
    static String classes() {
        return new File(TaskGate.class.getProtectionDomain().getCodeSource().getLocation().getPath()).toString();
    }

    @Override
    public @Nullable DriverPlugin driverPlugin() {
        return null;
    }

    @Override
    public ExecutorPlugin executorPlugin() {
        return new Holding();
    }

    private static final class Holding implements ExecutorPlugin {

        private Path folder = Path.of("");

        @Override
        public void init(PluginContext context, Map<String, String> extra) {
            folder = Path.of(context.conf().get(FOLDER));
        }

        @Override
        public void onTaskStart() {
            TaskContext task = TaskContext.get();
            String job = task.getLocalProperty("spark.job.description");
            if (job == null || !Files.exists(folder.resolve(job))) {
                return;
            }
            try {
                Files.createFile(folder.resolve(job + " is held by " + task.taskAttemptId()));
                while (Files.exists(folder.resolve(job))) {
                    Thread.sleep(10);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
