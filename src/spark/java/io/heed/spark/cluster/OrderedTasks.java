package io.heed.spark.cluster;

import io.heed.text.InOrder;
import java.util.List;
import java.util.UUID;
import java.util.function.BiConsumer;
import org.apache.spark.api.java.function.Function;

/**
 * One task for each of many items, a few more at a time than the cluster has cores, with results in the order of the items. So the driver
 * never holds more results than that, and what it makes of them depends neither on the cluster nor on which task ends first.
 */
public final class OrderedTasks {

    private final Cluster cluster;
    private final String name;

    /** @param name what the tasks do, as Spark's pages show it */
    public OrderedTasks(Cluster cluster, String name) {
        this.cluster = cluster;
        this.name = name;
    }

    /** An item and its result. */
    private record Done<A, B>(A item, B result) {}

    /**
     * Runs the tasks.
     *
     * @param work runs on an executor
     * @param take takes an item and its result, in this thread
     * @throws io.heed.HeedException what went wrong in the first item that failed; the other tasks are stopped
     */
    public <A, B> void run(List<A> items, Function<A, B> work, BiConsumer<A, B> take) {
        String group = UUID.randomUUID().toString();
        try {
            InOrder.map(
                    items.iterator(),
                    Math.max(4, cluster.slots() + 1),
                    (A item) -> new Done<>(item, result(group, item, work)),
                    (Done<A, B> done) -> take.accept(done.item, done.result));
        } catch (RuntimeException e) {
            cluster.context().sc().cancelJobGroupAndFutureJobs(group);
            throw TaskFailure.of(e);
        }
    }

    private <A, B> B result(String group, A item, Function<A, B> work) {
        cluster.context().setJobGroup(group, name, true);
        try {
            return cluster.context().parallelize(List.of(item), 1).map(work).collect().get(0);
        } catch (Exception e) { // Spark throws checked exceptions that it does not declare
            throw TaskFailure.of(e);
        }
    }
}
