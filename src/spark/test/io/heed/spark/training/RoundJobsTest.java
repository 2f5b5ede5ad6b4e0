package io.heed.spark.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import ai.djl.training.initializer.NormalInitializer;
import io.heed.config.RunConfig;
import io.heed.kernels.Arithmetic;
import io.heed.kernels.NumberFormat;
import io.heed.kernels.OptimizerKernels;
import io.heed.model.Transformer;
import io.heed.optimizer.WireFormat;
import io.heed.spark.LocalSpark;
import io.heed.spark.cluster.Cluster;
import io.heed.spark.corpus.Shards;
import io.heed.spark.corpus.ShardedCorpus;
import io.heed.train.InnerLearner;
import io.heed.train.InnerLearner.Share;
import io.heed.train.InnerLearner.State;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.util.SerializableConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the jobs of a round come to, against learners that take the workers' shares here, one after the other. */
final class RoundJobsTest {

    private static final int WORKERS = 2;
    private static final List<Share> ROUNDS = List.of(new Share(0, 0, 5, false, 1), new Share(0, 5, 5, false, 1));

    @TempDir
    private Path folder;

    private final Cluster cluster = LocalSpark.cluster();

    private RunPlan plan(RunConfig config, ShardedCorpus.Read read, NDManager manager, State[] beginning) {
        Transformer transformer = new Transformer(
                config.modelConfig(read.corpus().tokenizer().size()),
                manager,
                Arithmetic.of(config.precision(), manager.getDevice()),
                NumberFormat.FLOAT32);
        manager.getEngine().setRandomSeed(1);
        transformer.initialize(manager, name -> new NormalInitializer(0.1f));
        beginning[0] = State.beginning(
                OptimizerKernels.numbers(List.copyOf(InnerLearner.weights(transformer).values())));
        return new RunPlan(
                folder.toString(),
                InnerLearner.Plan.of(config, transformer),
                read.index(),
                new SerializableConfiguration(cluster.context().hadoopConfiguration()),
                1);
    }

    /** Takes a round here: the mean of what workers reach, in double precision. */
    private float[] here(RunPlan plan, State start, Share share) {
        List<float[]> reached = new ArrayList<>();
        Shards shards = Shards.of(plan.index(), plan.hadoop().value());
        for (int worker = 0; worker < WORKERS; worker++) {
            try (InnerLearner learner = new InnerLearner(plan.plan(), 1)) {
                var text = shards.training(worker, WORKERS, plan.plan().shape().context());
                reached.add(learner.take(share.of(worker), text, start, () -> {}).reached().numbers());
            }
        }
        assertThat(reached.get(0)).as("workers read different texts").isNotEqualTo(reached.get(1));
        float[] mean = new float[reached.get(0).length];
        for (int i = 0; i < mean.length; i++) {
            mean[i] = (float) (((double) reached.get(0)[i] + reached.get(1)[i]) / 2);
        }
        return mean;
    }

    private float[] there(RunPlan plan, State start, Share share, boolean lost) {
        Broadcast<State> sent = cluster.context().broadcast(start);
        JavaRDD<WorkerRound> learned = RoundJobs.learn(
                        cluster.context(), cluster.context().broadcast(plan), sent, share, List.of())
                .persist(StorageLevel.MEMORY_AND_DISK());
        int numbers = learned.map(WorkerRound::report).collect().get(0).numbers();
        if (lost) { // as when an executor dies between the two jobs
            SparkEnv.get().blockManager().master().removeRdd(learned.id(), true);
        }
        float[] mean = RoundJobs.mean(learned, plan, start, numbers);
        sent.destroy();
        return mean;
    }

    @ParameterizedTest
    @CsvSource({"FLOAT32,muon,false", "FLOAT16,adamw,false", "FLOAT32,muon,true"})
    void rounds_end_at_the_mean_of_what_each_worker_reaches(WireFormat wire, String optimizer, boolean lost)
            throws IOException {
        RunConfig config = new WorkerRuns(folder)
                .config("mean", "distributed.workers=2", "distributed.wire=" + wire, "training.optimizer=" + optimizer);
        ShardedCorpus.Read read =
                ShardedCorpus.read(cluster, config, null, folder.toUri().toString(), (stage, done, all) -> {});
        try (NDManager manager = NDManager.newBaseManager()) {
            State[] beginning = new State[1];
            RunPlan plan = plan(config, read, manager, beginning);
            State start = beginning[0];
            for (Share share : ROUNDS) {
                float[] expected = here(plan, start, share);
                float[] found = there(plan, start, share, lost);
                if (wire == WireFormat.FLOAT32) {
                    assertThat(found).isEqualTo(expected);
                } else {
                    float largest = 0;
                    for (int i = start.weights(); i < expected.length; i++) {
                        largest = Math.max(largest, Math.abs(expected[i]));
                    }
                    for (int i = 0; i < expected.length; i++) {
                        float most = (i < start.weights() ? 0.1f : largest) * 0x1p-11f; // of a difference, of a number
                        assertThat(found[i]).isCloseTo(expected[i], within(most));
                    }
                }
                start = new State(0, start.weights(), expected);
            }
        } finally {
            ExecutorLearners.closeAll();
            read.corpus().tokenizer().close();
            read.corpus().close();
        }
    }

    @Test
    void a_worker_learns_at_the_root_of_their_number_times_the_rate() throws IOException {
        RunConfig config = new WorkerRuns(folder).config("rate", "distributed.workers=2", "training.warmup_steps=0", "training.schedule=constant");
        ShardedCorpus.Read read =
                ShardedCorpus.read(cluster, config, null, folder.toUri().toString(), (stage, done, all) -> {});
        try (NDManager manager = NDManager.newBaseManager()) {
            State[] beginning = new State[1];
            RunPlan plan = plan(config, read, manager, beginning);
            Broadcast<State> sent = cluster.context().broadcast(beginning[0]);
            assertThat(RoundJobs.learn(cluster.context(), cluster.context().broadcast(plan), sent, ROUNDS.get(0), List.of())
                            .map(round -> round.report().rate())
                            .collect())
                    .allSatisfy(rate -> assertThat(rate).isCloseTo(Math.sqrt(2) * config.training().learningRate(), within(1e-12)));
        } finally {
            ExecutorLearners.closeAll();
            read.corpus().tokenizer().close();
            read.corpus().close();
        }
    }
}
