package io.heed.spark.training;

import io.heed.optimizer.WireFormat;
import io.heed.train.InnerLearner;
import io.heed.train.InnerLearner.Outcome;
import io.heed.train.InnerLearner.Share;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.HashPartitioner;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import scala.Tuple2;

/** The jobs of a round, and what their tasks do on executors. */
final class RoundJobs {

    private RoundJobs() {}

    /**
     * A worker's message on one slice of the weights.
     *
     * @param worker the number of the worker
     * @param bytes what it sends
     */
    private record Message(int worker, byte[] bytes) implements Serializable {}

    /**
     * Lets each worker take its share of a round.
     *
     * @param states the workers' states, one in each partition
     * @param weights the weights to start from
     * @param share the first worker's share
     */
    static JavaRDD<WorkerRound> learn(
            JavaRDD<InnerLearner.State> states,
            Broadcast<RunPlan> plan,
            Broadcast<float[]> weights,
            Share share) {
        return states.mapPartitionsWithIndex(
                (worker, state) -> List.of(learn(plan.value(), weights, state.next(), share.of(worker)))
                        .iterator(),
                true);
    }

    private static WorkerRound learn(RunPlan plan, Broadcast<float[]> weights, InnerLearner.State state, Share share) {
        long begun = System.nanoTime();
        ExecutorLearners learners = ExecutorLearners.of(plan);
        float[] start = weights.value();
        float[] reached = start.clone();
        return learners.with(learner -> {
            var text = learners.training(share.worker());
            long ready = System.nanoTime();
            Outcome outcome = learner.take(share, text, reached, state, RoundJobs::requireWanted);
            long taken = System.nanoTime();
            byte[][] messages = outcome.failure() == null ? messages(plan, start, reached) : new byte[0][];
            return new WorkerRound(
                    outcome.state(),
                    messages,
                    new WorkerRound.Report(
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

    private static byte[][] messages(RunPlan plan, float[] start, float[] reached) {
        int[] cuts = WireFormat.cuts(start.length, plan.workers());
        return IntStream.range(0, plan.workers())
                .mapToObj(slice -> wire(plan).encode(start, reached, cuts[slice], cuts[slice + 1]))
                .toArray(byte[][]::new);
    }

    /** How workers send weights; a single one, exactly, since there is no one to send to. */
    static WireFormat wire(RunPlan plan) {
        return plan.workers() == 1
                ? WireFormat.FLOAT32
                : plan.plan().config().distributed().wire();
    }

    /**
     * Returns the mean of what the workers sent: each slice is summed by one task, in the order of the workers.
     *
     * @param weights the number of weights
     */
    static float[] mean(JavaRDD<WorkerRound> rounds, RunPlan plan, int weights) {
        int workers = plan.workers();
        int[] cuts = WireFormat.cuts(weights, workers);
        WireFormat wire = wire(plan);
        float[] mean = new float[weights];
        rounds.mapPartitionsWithIndex((worker, round) -> sent(worker, round.next()), true)
                .mapToPair(pair -> pair)
                .groupByKey(new HashPartitioner(workers))
                .map(slice -> new Tuple2<>(slice._1, mean(wire, slice._2, cuts[slice._1 + 1] - cuts[slice._1])))
                .collect()
                .forEach(slice -> System.arraycopy(slice._2, 0, mean, cuts[slice._1], slice._2.length));
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
    static double evaluate(JavaSparkContext context, Broadcast<RunPlan> plan, Broadcast<float[]> weights) {
        int workers = plan.value().workers();
        List<Integer> parts = IntStream.range(0, workers).boxed().toList();
        return InnerLearner.meanLoss(context.parallelize(parts, workers)
                .map(part -> {
                    ExecutorLearners learners = ExecutorLearners.of(plan.value());
                    return learners.with(
                            learner -> learner.evaluate(weights.value(), learners.validation(), part, workers));
                })
                .collect());
    }
}
