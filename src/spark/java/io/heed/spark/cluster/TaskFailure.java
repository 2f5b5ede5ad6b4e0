package io.heed.spark.cluster;

import io.heed.HeedException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkException;
import org.jspecify.annotations.Nullable;

/** Finds out what went wrong in a task, behind what Spark says about it. */
public final class TaskFailure {

    private static final Pattern SENTENCE = Pattern.compile("io\\.heed\\.HeedException: (.*)");
    private static final Pattern LOST =
            Pattern.compile("Lost task [^(]*\\(TID \\d+\\) \\((\\S+) executor (\\S+)\\): (.*)");

    private TaskFailure() {}

    /** Makes the failure of a job the one sentence that a user can act on. */
    public static HeedException of(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof HeedException known) {
                return known == failure ? known : new HeedException(String.valueOf(known.getMessage()), failure);
            }
            if (cause instanceof InterruptedException) {
                return new HeedException("interrupted", failure);
            }
        }
        String message = String.valueOf(failure.getMessage());
        Matcher sentence = SENTENCE.matcher(message);
        if (sentence.find()) {
            return new HeedException(sentence.group(1), failure); // of an executor whose failures cannot be read
        }
        Matcher lost = LOST.matcher(message);
        String where = lost.find() ? "executor %s on %s".formatted(lost.group(2), lost.group(1)) : "the cluster";
        Throwable cause = ofTask(failure);
        if (cause instanceof OutOfMemoryError) {
            return new HeedException(
                    "%s ran out of memory (%s); give it more with spark.executor.memory, or with spark.driver.memory on this machine alone"
                            .formatted(where, cause.getMessage()),
                    failure);
        }
        String reason = cause != null ? cause.toString() : where.equals("the cluster") ? message : lost.group(3);
        return new HeedException(
                "a task on %s failed: %s; its log says more"
                        .formatted(where, reason.lines().findFirst().orElse("")),
                failure);
    }

    /** What was thrown by a task, or null if that is unknown. */
    private static @Nullable Throwable ofTask(Throwable failure) {
        Throwable cause = failure;
        while (cause instanceof SparkException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause instanceof SparkException ? null : cause;
    }
}
