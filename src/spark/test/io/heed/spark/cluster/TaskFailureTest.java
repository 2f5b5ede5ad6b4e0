package io.heed.spark.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heed.HeedException;
import io.heed.spark.LocalSpark;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.SparkException;
import org.junit.jupiter.api.Test;

/** What a user reads when tasks fail, and the order of results when they do not. */
class TaskFailureTest {

    private static final String LOST = "Job aborted due to stage failure: Task 0 in stage 1.0 failed 4 times, most recent"
            + " failure: Lost task 0.3 in stage 1.0 (TID 7) (10.0.0.3 executor 1): ";

    @Test
    void results_come_in_the_order_of_items_whichever_ends_first() {
        List<Integer> items = IntStream.range(0, 12).boxed().toList();
        List<String> taken = new ArrayList<>();
        new OrderedTasks(LocalSpark.cluster(), "test").run(items, item -> {
            Thread.sleep(item % 3 == 0 ? 60 : 1);
            return 2 * item;
        }, (item, result) -> taken.add(item + " " + result));
        assertThat(taken).isEqualTo(items.stream().map(item -> item + " " + 2 * item).toList());
    }

    @Test
    void the_sentence_of_a_task_arrives_and_later_results_are_not_taken() {
        List<Integer> taken = new ArrayList<>();
        OrderedTasks tasks = new OrderedTasks(LocalSpark.cluster(), "test");
        assertThatThrownBy(() -> tasks.run(List.of(0, 1, 2, 3), item -> {
                    if (item == 2) {
                        throw new HeedException("a.txt is empty; it must contain text");
                    }
                    return item;
                }, (item, result) -> taken.add(item)))
                .isInstanceOf(HeedException.class)
                .hasMessage("a.txt is empty; it must contain text");
        assertThat(taken).containsExactly(0, 1);
        assertThatThrownBy(() -> tasks.run(List.of(0), item -> {
                    throw new IllegalStateException("a defect");
                }, (item, result) -> {}))
                .isInstanceOf(HeedException.class)
                .hasMessageMatching("a task on executor driver on .+ failed: java.lang.IllegalStateException: a defect; its log says more");
    }

    @Test
    void what_spark_says_of_lost_executors_is_one_sentence() {
        assertThat(TaskFailure.of(new SparkException(LOST
                        + "ExecutorLostFailure (executor 1 exited caused by one of the running tasks) Reason: Command exited with code 137\nDriver stacktrace:")))
                .hasMessage(
                        "a task on executor 1 on 10.0.0.3 failed: ExecutorLostFailure (executor 1 exited caused by one of the running tasks) Reason: Command exited with code 137; its log says more");
        assertThat(TaskFailure.of(new SparkException(
                        LOST + "io.heed.HeedException: a.txt is empty; it must contain text\n\tat io.heed.text.TextFile")))
                .hasMessage("a.txt is empty; it must contain text");
        assertThat(TaskFailure.of(
                        new SparkException(LOST + "java.lang.OutOfMemoryError: heap", new OutOfMemoryError("Java heap space"))))
                .hasMessageStartingWith("executor 1 on 10.0.0.3 ran out of memory (Java heap space); give it more with");
        assertThat(TaskFailure.of(new SparkException("Job 0 cancelled because SparkContext was shut down")))
                .hasMessage("a task on the cluster failed: Job 0 cancelled because SparkContext was shut down; its log says more");
    }
}
