package io.heed.spark.training;

import io.heed.spark.cluster.Cluster;
import io.heed.spark.training.WorkerRound.Report;
import io.heed.train.InnerLearner;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.storage.StorageLevel;
import org.jspecify.annotations.Nullable;

/**
 * The states of the workers, which stay on executors. Each is stored on two, if there are two; if both are lost, Spark computes it again
 * from the states at the last checkpoint and the weights sent since, which therefore are kept until the next.
 */
final class WorkerStates implements AutoCloseable {

    /** The most bytes of weights that are kept to compute lost states again, and the most rounds. */
    private static final long MOST_BYTES = 1L << 31;

    private static final int MOST_ROUNDS = 50;

    private final Cluster cluster;
    private final int workers;
    private final int mostRounds;
    private final List<Broadcast<?>> sinceCut = new ArrayList<>();
    private JavaRDD<InnerLearner.State> states;
    private @Nullable JavaRDD<WorkerRound> stored;
    private @Nullable WorkerFiles files;
    private int rounds;

    /**
     * Begins with the states before the first round.
     *
     * @param weights the number of weights sent in each round
     */
    WorkerStates(Cluster cluster, int workers, int weights) {
        this.cluster = cluster;
        this.workers = workers;
        mostRounds = (int) Math.max(2, Math.min(MOST_ROUNDS, MOST_BYTES / 4 / weights));
        states = cluster.context().parallelize(Collections.nCopies(workers, InnerLearner.State.BEGINNING), workers);
    }

    /** Continues with states that were written. */
    void resume(WorkerFiles from) {
        files = from;
    }

    /** The states to start the next round from, one in each partition. */
    JavaRDD<InnerLearner.State> now() {
        if (files != null) {
            WorkerFiles from = files;
            files = null;
            restart(IntStream.range(0, workers).mapToObj(from::read).iterator());
        } else if (rounds >= mostRounds) {
            restart(states.toLocalIterator());
        }
        return states;
    }

    /** Replaces the states by the same ones, sent from the driver, so that nothing before is needed to compute them. */
    private void restart(Iterator<InnerLearner.State> from) {
        List<Broadcast<InnerLearner.State>> held = new ArrayList<>();
        from.forEachRemaining(state -> held.add(cluster.context().broadcast(state)));
        forgetEarlier();
        sinceCut.addAll(held);
        states = cluster.context().parallelize(held, workers).map(Broadcast::value);
    }

    private void forgetEarlier() {
        if (stored != null) {
            stored.unpersist(false);
            stored = null;
        }
        sinceCut.forEach(Broadcast::destroy);
        sinceCut.clear();
        rounds = 0;
    }

    /** Computes a round, stores what comes out, and returns what each worker reports. */
    List<Report> compute(JavaRDD<WorkerRound> round) {
        round.persist(cluster.local() ? StorageLevel.MEMORY_AND_DISK() : StorageLevel.MEMORY_AND_DISK_2());
        return round.map(WorkerRound::report).collect();
    }

    /**
     * Goes on to the states after a round that was computed.
     *
     * @param sent the weights it started from; kept as long as they may be needed
     */
    void accept(JavaRDD<WorkerRound> round, Broadcast<float[]> sent) {
        if (stored != null) {
            stored.unpersist(false);
        }
        stored = round;
        states = round.map(WorkerRound::state);
        sinceCut.add(sent);
        rounds++;
    }

    /** Writes the states, one after the other. */
    void write(WorkerFiles into) {
        if (files != null) {
            return; // they have just been read
        }
        int worker = 0;
        for (Iterator<InnerLearner.State> all = states.toLocalIterator(); all.hasNext(); worker++) {
            into.write(worker, all.next());
        }
        files = into;
    }

    @Override
    public void close() {
        forgetEarlier();
    }
}
