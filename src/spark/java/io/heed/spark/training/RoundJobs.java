package io.heed.spark.training;

import io.heed.optimizer.WireFormat;
import io.heed.train.InnerLearner;
import io.heed.train.InnerLearner.Outcome;
import io.heed.train.InnerLearner.Share;
import io.heed.train.InnerLearner.State;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.HashPartitioner;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import scala.Tuple2;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag$;

/** The jobs of a round, and what their tasks do on executors. */
final class RoundJobs {

    private RoundJobs() {}

    /**
     * A worker's message on one slice of a state.
     *
     * @param worker the number of the worker
     * @param bytes what it sends
     */
    private record Message(int worker, byte[] bytes) implements Serializable {}

    /**
     * Lets each worker take its share of a round.
     *
     * @param start the state to start from
     * @param share the first worker's share
     * @param places where each worker last was, which has its text; empty if there is no such place
     */
    static JavaRDD<WorkerRound> learn(
            JavaSparkContext context, Broadcast<RunPlan> plan, Broadcast<State> start, Share share, List<String> places) {
        List<Tuple2<Share, Seq<String>>> shares = IntStream.range(0, plan.value().workers())
                .mapToObj(worker -> new Tuple2<>(share.of(worker), seq(places.isEmpty() ? List.of() : List.of(places.get(worker)))))
                .toList();
        return context.sc()
                .makeRDD(seq(shares), ClassTag$.MODULE$.<Share>apply(Share.class))
                .toJavaRDD()
                .map(own -> learn(plan.value(), start, own));
    }

    private static <T> Seq<T> seq(List<T> list) {
        return CollectionConverters.asScala(list).toSeq();
    }

    /** Where this task runs, in the form in which Spark reads it as a preferred executor. */
    private static String place() {
        return "executor_" + SparkEnv.get().blockManager().blockManagerId().host() + "_"
                + SparkEnv.get().executorId();
    }

    private static WorkerRound learn(RunPlan plan, Broadcast<State> sent, Share share) {
        long begun = System.nanoTime();
        ExecutorLearners learners = ExecutorLearners.of(plan);
        State start = sent.value();
        return learners.with(learner -> {
            var text = learners.training(share.worker());
            long ready = System.nanoTime();
            Outcome outcome = learner.take(share, text, start, RoundJobs::requireWanted);
            long taken = System.nanoTime();
            byte[][] messages =
                    outcome.failure() == null ? messages(plan, start, outcome.reached()) : new byte[0][];
            return new WorkerRound(
                    messages,
                    new WorkerRound.Report(
                            place(),
                            outcome.reached().skipped(),
                            outcome.reached().numbers().length,
                            outcome.losses(),
                            outcome.targets(),
                            outcome.rate(),
                            outcome.gradientNorm(),
                            outcome.layers(),
                            outcome.warnings(),
                            outcome.failure(),
                            (taken - ready) / 1e9,
                            (ready - begun + System.nanoTime() - taken) / 1e9,
                            Arrays.stream(messages).mapToLong(each -> each.length).sum()));
        });
    }

    /** Ends a task that Spark has given up, as when that of another worker has failed. */
    private static void requireWanted() {
        if (TaskContext.get().isInterrupted()) {
            throw new TaskKilledException("another task of the round failed");
        }
    }

    private static byte[][] messages(RunPlan plan, State start, State reached) {
        float[] numbers = reached.numbers();
        int[] cuts = WireFormat.cuts(numbers.length, plan.workers());
        return IntStream.range(0, plan.workers())
                .mapToObj(slice -> wire(plan).encode(start.numbers(), start.weights(), numbers, cuts[slice], cuts[slice + 1]))
                .toArray(byte[][]::new);
    }

    /** How workers send their states; a single one, exactly, since there is no one to send to. */
    static WireFormat wire(RunPlan plan) {
        return plan.workers() == 1
                ? WireFormat.FLOAT32
                : plan.plan().config().distributed().wire();
    }

    /**
     * Returns the mean of the states that workers reached: each slice is summed by one task, in the order of the workers.
     *
     * @param start the state that they started from
     * @param length how many numbers they reached
     */
    static float[] mean(JavaRDD<WorkerRound> rounds, RunPlan plan, State start, int length) {
        int workers = plan.workers();
        int[] cuts = WireFormat.cuts(length, workers);
        WireFormat wire = wire(plan);
        float[] mean = new float[length];
        rounds.mapPartitionsWithIndex((worker, round) -> sent(worker, round.next()), true)
                .mapToPair(pair -> pair)
                .groupByKey(new HashPartitioner(workers))
                .map(slice -> new Tuple2<>(slice._1, mean(wire, slice._2, cuts[slice._1 + 1] - cuts[slice._1])))
                .collect()
                .forEach(slice -> System.arraycopy(slice._2, 0, mean, cuts[slice._1], slice._2.length));
        wire.restore(start.numbers(), start.weights(), mean);
        return mean;
    }

    private static Iterator<Tuple2<Integer, Message>> sent(int worker, WorkerRound round) {
        return IntStream.range(0, round.messages().length)
                .mapToObj(slice -> new Tuple2<>(slice, new Message(worker, round.messages()[slice])))
                .iterator();
    }

    private static float[] mean(WireFormat wire, Iterable<Message> messages, int length) {
        List<Message> ordered = new ArrayList<>();
        messages.forEach(ordered::add);
        ordered.sort(Comparator.comparingInt(Message::worker));
        return wire.mean(ordered.stream().map(Message::bytes).toList(), length);
    }

    /** Returns the mean loss over the validation text, in nats per target; each worker reads a part of it. */
    static double evaluate(JavaSparkContext context, Broadcast<RunPlan> plan, Broadcast<State> state) {
        int workers = plan.value().workers();
        List<Integer> parts = IntStream.range(0, workers).boxed().toList();
        return InnerLearner.meanLoss(context.parallelize(parts, workers)
                .map(part -> {
                    ExecutorLearners learners = ExecutorLearners.of(plan.value());
                    return learners.with(
                            learner -> learner.evaluate(state.value(), learners.validation(), part, workers));
                })
                .collect());
    }
}
