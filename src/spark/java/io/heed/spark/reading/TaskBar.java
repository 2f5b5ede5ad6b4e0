package io.heed.spark.reading;

import io.heed.cli.terminal.Bar;
import java.io.PrintWriter;
import java.util.Comparator;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.StageInfo;
import org.jspecify.annotations.Nullable;
import scala.jdk.javaapi.CollectionConverters;

/** Shows how many tasks of the last stage of the job that runs are done. */
final class TaskBar extends SparkListener implements AutoCloseable {

    private final SparkContext context;
    private final PrintWriter err;
    private final String work;
    private @Nullable Bar bar;
    private int stage = -1;
    private int done;
    private boolean closed;

    /**
     * Waits for a job.
     *
     * @param work what it does, in a word or two
     */
    TaskBar(SparkContext context, PrintWriter err, String work) {
        this.context = context;
        this.err = err;
        this.work = work;
        context.addSparkListener(this);
    }

    @Override
    public synchronized void onJobStart(SparkListenerJobStart job) {
        StageInfo last = CollectionConverters.asJava(job.stageInfos()).stream()
                .max(Comparator.comparingInt(StageInfo::stageId))
                .orElse(null);
        if (last != null && !closed) {
            end();
            stage = last.stageId();
            done = 0;
            bar = new Bar(err, work, last.numTasks());
        }
    }

    @Override
    public synchronized void onTaskEnd(SparkListenerTaskEnd task) {
        if (bar != null && task.stageId() == stage && task.taskInfo().successful()) {
            bar.stepTo(++done);
        }
    }

    private void end() {
        if (bar != null) {
            bar.close();
            bar = null;
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        context.removeSparkListener(this);
        end();
    }
}
