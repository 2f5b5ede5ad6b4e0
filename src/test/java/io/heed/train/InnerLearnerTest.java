package io.heed.train;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.heed.config.RunConfig;
import io.heed.kernels.Arithmetic;
import io.heed.kernels.NumberFormat;
import io.heed.kernels.OptimizerKernels;
import io.heed.model.Transformer;
import io.heed.model.shape.ModelConfig;
import io.heed.optimizer.StateArrays;
import io.heed.text.corpus.Corpus;
import io.heed.train.InnerLearner.Plan;
import io.heed.train.InnerLearner.Share;
import io.heed.train.InnerLearner.State;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A worker's rounds, each on a machine of its own, against the same steps taken in one go. */
final class InnerLearnerTest {

    @TempDir
    private Path folder;

    private static ModelConfig shape(RunConfig config, Corpus corpus) {
        return StartingPoint.of(config).shape(corpus.tokenizer().size());
    }

    private static Arithmetic arithmetic(RunConfig config) {
        return Arithmetic.of(config.precision(), config.device().resolve());
    }

    private static Transformer transformer(NDManager manager, RunConfig config, Corpus corpus) {
        Transformer made = new Transformer(shape(config, corpus), manager, arithmetic(config), NumberFormat.FLOAT32);
        made.initialize(manager, StartingPoint.of(config).weights(made));
        return made;
    }

    private static float[] weights(Transformer transformer) {
        return OptimizerKernels.numbers(
                List.copyOf(InnerLearner.weights(transformer).values()));
    }

    @SuppressWarnings("unchecked")
    private static <T extends Serializable> T sent(T value) throws IOException, ClassNotFoundException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ObjectOutputStream objects = new ObjectOutputStream(out)) {
            objects.writeObject(value);
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(out.toByteArray()))) {
            return (T) in.readObject();
        }
    }

    @ParameterizedTest
    @CsvSource({"muon,0,1", "adamw,0.1,2"})
    void take_the_steps_of_one_learner(String optimizer, double dropout, int accumulate) throws Exception {
        RunConfig config = new TinyRun(folder)
                .config(
                        "mine",
                        "training.optimizer=" + optimizer,
                        "model.dropout=" + dropout,
                        "training.accumulate=" + accumulate,
                        "distributed.workers=1");
        try (Corpus corpus = Corpus.read(StartingPoint.of(config).source(), folder, (stage, done, all) -> {});
                NDManager manager = NDManager.newBaseManager()) {
            Transformer transformer = transformer(manager, config, corpus);
            float[] weights = weights(transformer);
            try (Learner learner = new Learner(transformer, manager, config, new StateArrays(Map.of()))) {
                new BatchSteps(learner, config.training()).take(corpus.training(), config.seed(), 5, false, () -> {});
                Plan plan = sent(Plan.of(config, transformer));
                State state = State.beginning(weights);
                for (int step : List.of(0, 2, 4)) {
                    try (InnerLearner fresh = new InnerLearner(plan, 2)) {
                        Share share = sent(new Share(0, step, step == 4 ? 1 : 2, false, 1));
                        state = sent(fresh.take(share, corpus.training(), state, () -> {})
                                .reached());
                    }
                }
                float[] kept = learner.memory().arrays().entrySet().stream()
                        .filter(array -> !array.getKey().startsWith(Learner.WEIGHT))
                        .sorted(Map.Entry.comparingByKey())
                        .map(Map.Entry::getValue)
                        .map(NDArray::toFloatArray)
                        .reduce(new float[0], InnerLearnerTest::joined);
                assertThat(state.numbers()).isEqualTo(joined(weights(transformer), kept));
            }
            corpus.tokenizer().close();
        }
    }

    private static float[] joined(float[] first, float[] second) {
        float[] both = java.util.Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    @Test
    void evaluate_as_one_learner_does_however_many_share_it() throws Exception {
        RunConfig config =
                new TinyRun(folder).config("mine", "model.width=1024", "model.layers=1"); // batches of 16 rows
        try (Corpus corpus = Corpus.read(StartingPoint.of(config).source(), folder, (stage, done, all) -> {});
                NDManager manager = NDManager.newBaseManager()) {
            Transformer transformer = transformer(manager, config, corpus);
            try (Learner learner = new Learner(transformer, manager, config, new StateArrays(Map.of()));
                    InnerLearner inner = new InnerLearner(Plan.of(config, transformer), 1)) {
                double whole = learner.evaluate(corpus.training(), share -> {});
                List<InnerLearner.Evaluated> parts = List.of(0, 1, 2).stream()
                        .map(part -> inner.evaluate(State.beginning(weights(transformer)), corpus.training(), part, 3))
                        .toList();
                assertThat(parts.get(2).losses()).hasSizeGreaterThan(1);
                assertThat(InnerLearner.meanLoss(parts)).isEqualTo(whole);
            }
            corpus.tokenizer().close();
        }
    }

    @Test
    void workers_learn_faster_by_the_root_of_their_number_unless_told_how_much() throws IOException {
        TinyRun runs = new TinyRun(folder);
        RunConfig four = runs.config("four", "distributed.workers=4", "training.batch=8");
        RunConfig.Training own = four.training().ofWorker(4, four.distributed().rateOf(4), 1);
        assertThat(own.batch()).isEqualTo(2);
        assertThat(own.learningRate()).isEqualTo(2 * four.training().learningRate());
        assertThat(own.muonLearningRate()).isEqualTo(2 * four.training().muonLearningRate());
        assertThat(runs.config("told", "distributed.rate_factor=1.5")
                        .distributed()
                        .rateOf(4))
                .isEqualTo(1.5);
        assertThat(four.distributed().rateOf(1)).isEqualTo(1);
    }

    @Test
    void rows_of_a_step_are_shared_and_batches_differ() {
        assertThat(InnerLearner.seed(7, 0)).isEqualTo(7);
        assertThat(List.of(InnerLearner.seed(7, 1), InnerLearner.seed(7, 2), InnerLearner.seed(8, 1)))
                .doesNotHaveDuplicates()
                .doesNotContain(7L, 8L);
    }
}
