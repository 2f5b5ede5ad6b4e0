package io.heed.inspect.circuit.known;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import io.heed.Seeds;
import io.heed.checkpoint.KeptSettings;
import io.heed.checkpoint.LanguageModel;
import io.heed.kernels.EngineThreads;
import io.heed.kernels.GradMode;
import io.heed.kernels.OptimizerKernels;
import io.heed.model.Transformer;
import io.heed.model.Weight;
import io.heed.optimizer.Optimizer;
import io.heed.optimizer.OptimizerChoice;
import io.heed.optimizer.OptimizerSettings;
import io.heed.optimizer.StateArrays;
import io.heed.text.corpus.Batch;
import io.heed.text.tokenizer.Tokenizer;
import io.heed.text.tokenizer.TokenizerBuilder;
import io.heed.text.tokenizer.TokenizerType;
import io.heed.text.tokenizer.Vocabulary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Trains a model whose circuit is known: after each step, its weights are made to fit its wiring again. */
final class MaskedTraining {

    private static final int STEPS = 1500; // of a round, at the end of which the learning rate is 0
    private static final int ROUNDS = 4;
    private static final double ENOUGH = 0.99;
    private static final double WARM_UP = 50;
    private static final int ROWS = 96;
    private static final OptimizerSettings SETTINGS = new OptimizerSettings(0.01, 0, 0.05, 0.9, 0.98, 1e-8);

    private MaskedTraining() {}

    /** Trains; the caller closes the model. */
    static LanguageModel train(KnownModel known) {
        Tokenizer tokenizer = tokenizer(known);
        int length = tokenizer
                .encode(known.task().draw(Seeds.random(0, "length", 0)).text())
                .length();
        NDManager manager = NDManager.newBaseManager(Device.cpu());
        Transformer transformer = new Transformer(known.wiring().config(tokenizer.size(), length), manager);
        transformer.initialize(manager, name -> (owner, shape, type) -> {
            float[] start = start(known, transformer.plan().get(name));
            try (NDArray made = owner.create(start, shape)) {
                return made.duplicate();
            }
        });
        LanguageModel model = new LanguageModel(manager, transformer, tokenizer, List.of(), KeptSettings.NONE);
        try (NDManager training = manager.newSubManager()) {
            try (EngineThreads.Limit one = EngineThreads.during(1)) { // more threads would only wait for each other
                Steps steps = new Steps(model, known, training);
                for (int round = 0; round < ROUNDS && known.accuracy(model) < ENOUGH; round++) {
                    steps.take(round * STEPS);
                }
            }
        }
        return model;
    }

    private static Tokenizer tokenizer(KnownModel known) {
        RandomGenerator random = Seeds.random(known.seed(), "vocabulary", 0);
        String words = Stream.generate(() -> known.task().draw(random))
                .limit(1000)
                .flatMap(asked -> Stream.concat(Arrays.stream(asked.text().split(" ")), Stream.of(asked.answer())))
                .distinct()
                .sorted()
                .collect(Collectors.joining(" "));
        return Tokenizer.of(TokenizerBuilder.build(TokenizerType.WORD, words, 1000), "known");
    }

    /** Numbers of a standard deviation of 1 for the tables of tokens and positions, which are read, and of 1/4 for what reads. */
    private static float[] start(KnownModel known, Weight weight) {
        float[] numbers = new float[(int) weight.shape().size()];
        if (weight.shape().dimension() == 2) {
            RandomGenerator random = Seeds.random(known.seed(), weight.name(), 0);
            boolean table = weight.role() == Weight.Role.TOKENS || weight.role() == Weight.Role.POSITIONS;
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = (float) (random.nextGaussian() * (table ? 1 : 0.3));
            }
        }
        known.wiring().fit(weight, numbers);
        return numbers;
    }

    /** A batch of texts whose last position has a target. */
    static Batch batch(LanguageModel model, KnownTask task, RandomGenerator random, int rows) {
        List<long[]> texts = new ArrayList<>();
        long[] answers = new long[rows];

        for (int row = 0; row < rows; row++) {
            KnownTask.Asked asked = task.draw(random);
            texts.add(ids(model, asked.text()));
            answers[row] = model.tokenizer().vocabulary().id(asked.answer()).orElseThrow();
        }
        int columns = texts.get(0).length;
        long[] inputs = texts.stream().flatMapToLong(Arrays::stream).toArray();
        long[] targets = new long[rows * columns];
        Arrays.fill(targets, Batch.IGNORED);
        for (int row = 0; row < rows; row++) {
            targets[(row + 1) * columns - 1] = answers[row];
        }
        return new Batch(rows, columns, inputs, targets, rows);
    }

    /** As the tokenizer encodes a text, which has the mark of its start and one token a word, but faster. */
    private static long[] ids(LanguageModel model, String text) {
        Vocabulary vocabulary = model.tokenizer().vocabulary();
        return Stream.concat(Stream.of("[BOS]"), Arrays.stream(text.split(" ")))
                .mapToLong(word -> vocabulary.id(word).orElseThrow())
                .toArray();
    }

    /** The steps of a training. */
    private static final class Steps {

        private final LanguageModel model;
        private final Transformer transformer;
        private final KnownModel known;
        private final NDManager manager;
        private final OptimizerKernels kernels;
        private final Map<Weight, NDArray> trained = new LinkedHashMap<>();
        private final Map<Weight, float[]> starts = new LinkedHashMap<>();
        private final Aliases aliases;
        private final Optimizer optimizer;

        Steps(LanguageModel model, KnownModel known, NDManager manager) {
            this.model = model;
            this.known = known;
            this.manager = manager;
            transformer = model.transformer();
            kernels = OptimizerKernels.load(manager);
            aliases = new Aliases(manager);
            transformer.namedParameters().forEach((name, parameter) -> {
                Weight weight = transformer.plan().get(name);
                if (Wiring.isTrained(weight)) {
                    NDArray alias = parameter.getArray().stopGradient();
                    alias.attach(manager);
                    alias.setRequiresGradient(true);
                    aliases.arrays.put(parameter, alias);
                    trained.put(weight, alias);
                    starts.put(weight, alias.toFloatArray());
                }
            });
            optimizer = OptimizerChoice.ADAMW
                    .of(trained, new Optimizer.Context(SETTINGS, kernels, manager, new StateArrays(Map.of())))
                    .get(0);
        }

        void take(int before) {
            for (int own = 1; own <= STEPS; own++) {
                int step = before + own;
                try (NDManager pass = manager.newSubManager()) {
                    Batch batch = batch(model, known.task(), Seeds.random(known.seed(), "batch", step), ROWS);
                    Map<Weight, NDArray> gradients = gradients(batch, pass);
                    double height = Math.min(own / WARM_UP, 1 - (own - 1.0) / STEPS);
                    optimizer.step(gradients, new Optimizer.Update(step, pass.create((float) step), height));
                    trained.forEach((weight, array) -> fit(weight, array, pass));
                }
            }
        }

        private void fit(Weight weight, NDArray array, NDManager pass) {
            float[] numbers = array.toFloatArray();
            float[] start = starts.get(weight);
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = known.wiring().isIdle(weight, i) ? start[i] : numbers[i];
            }
            known.wiring().fit(weight, numbers);
            kernels.fill(List.of(array), numbers, pass);
        }

        private Map<Weight, NDArray> gradients(Batch batch, NDManager pass) {
            try (GradMode on = GradMode.on();
                    NDManager forward = pass.newSubManager()) {
                NDArray ids = forward.create(batch.inputs()).reshape(batch.rows(), batch.columns());
                NDArray targets = forward.create(batch.targets()).reshape(batch.rows(), batch.columns());
                NDArray logits =
                        transformer.forward(aliases, new NDList(ids), true).head();
                NDArray loss = transformer
                        .kernels()
                        .crossEntropy(logits, targets, forward.create(1f / batch.rows()), forward.create(0f), true);
                NDList found = kernels.gradients(loss, new NDList(trained.values()));
                found.attach(pass);
                Map<Weight, NDArray> gradients = new LinkedHashMap<>();
                trained.keySet().forEach(weight -> gradients.put(weight, found.get(gradients.size())));
                return gradients;
            }
        }
    }

    /** Gives the transformer what is trained in place of its parameters. */
    private static final class Aliases extends ParameterStore {

        private final Map<Parameter, NDArray> arrays = new LinkedHashMap<>();

        Aliases(NDManager manager) {
            super(manager, false);
        }

        @Override
        public NDArray getValue(Parameter parameter, Device device, boolean training) {
            NDArray alias = arrays.get(parameter);
            return alias == null ? parameter.getArray() : alias;
        }
    }

    /** The share of texts that a model answers. */
    static double accuracy(LanguageModel model, KnownTask task, RandomGenerator random, int rows) {
        Batch batch = batch(model, task, random, rows);
        long[][] ids = new long[rows][];
        Arrays.setAll(
                ids, row -> Arrays.copyOfRange(batch.inputs(), row * batch.columns(), (row + 1) * batch.columns()));
        try (NDManager reading = model.newReading()) {
            NDArray logits = model.read(reading, ids, null);
            long[] best = logits.argMax(-1).toLongArray();
            int right = 0;
            for (int i = 0; i < best.length; i++) {
                right += best[i] == batch.targets()[i] ? 1 : 0;
            }
            return (double) right / rows;
        }
    }
}
