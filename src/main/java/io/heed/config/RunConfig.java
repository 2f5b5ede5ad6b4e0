package io.heed.config;

import io.heed.Internal;
import io.heed.kernels.Precision;
import io.heed.model.DeviceChoice;
import io.heed.model.shape.Activation;
import io.heed.model.shape.Architecture;
import io.heed.model.shape.Attention;
import io.heed.model.shape.FeedForward;
import io.heed.model.shape.ModelConfig;
import io.heed.model.shape.Norm;
import io.heed.model.shape.Positions;
import io.heed.model.shape.Residual;
import io.heed.model.shape.RotaryScaling;
import io.heed.model.shape.SlidingWindow;
import io.heed.optimizer.OptimizerChoice;
import io.heed.optimizer.OptimizerSettings;
import io.heed.optimizer.Schedule;
import io.heed.optimizer.WireFormat;
import io.heed.text.DataFormat;
import io.heed.text.tokenizer.TokenizerType;
import java.io.Serializable;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The configuration of a run: everything its result depends on. {@link ConfigReader} reads it; its keys are these
 * components in snake_case. It is long because it explains every setting.
 */
public record RunConfig(
        @Setting(value = "The folder under models/ that the model is written to", required = true)
        String name,

        @Setting(value = "The seed of all randomness", defaultValue = "1")
        long seed,

        @Setting(value = "Where to compute: auto, cpu or cuda", defaultValue = "auto")
        DeviceChoice device,

        @Setting(
                value =
                        "The number format of the layers' products: auto (bfloat16 on a CUDA device that supports it; on a CPU the"
                                + " quickest in a trial), float32 or bfloat16",
                defaultValue = "auto")
        Precision precision,

        @Setting("The text") Data data,
        @Setting("How text is split into tokens") Tokens tokenizer,
        @Setting("The shape of the transformer") Model model,
        @Setting("How the model is trained") Training training,

        @Setting("How workers on a Spark cluster share the training")
        Distributed distributed)
        implements Serializable {

    /** The text. */
    public record Data(
            @Setting(
                    value =
                            "The training text, in UTF-8: a file, a folder (its *.txt), a pattern (texts/*.md), or a list of"
                                    + " these",
                    required = true)
            List<String> train,

            @Setting("The validation text, given the same way; empty for the end of the training text")
            List<String> validation,

            @Setting(
                    value = "The share of the training text set aside for validation",
                    min = 0.001,
                    max = 0.5,
                    defaultValue = "0.1")
            double validationFraction,

            @Setting(
                    value =
                            "lines: each line is a sentence by itself; stream: one long text; pairs: each line is a sentence, a tab and its translation",
                    defaultValue = "stream")
            DataFormat format)
            implements Serializable {

        /** Removes empty names. */
        public Data {
            train = train.stream().filter(name -> !name.isBlank()).toList();
            validation = validation.stream().filter(name -> !name.isBlank()).toList();
        }
    }

    /** How text is split into tokens. */
    public record Tokens(
            @Setting(value = "word, character or bpe (parts of words)", defaultValue = "word")
            TokenizerType type,

            @Setting(
                    value = "The largest number of tokens; the rarest are left out",
                    min = 4,
                    max = 1_000_000,
                    defaultValue = "8000")
            int vocabulary,

            @Setting("A tokenizer.json to use instead of building a tokenizer from the text; empty for none")
            String file)
            implements Serializable {}

    /** The shape of the transformer. */
    public record Model(
            @Setting(
                    "A model folder to start from, Heed's own or one from Hugging Face: it provides the tokenizer, the weights and"
                            + " the shape, of which only context (smaller) and dropout may differ; empty for random initial weights")
            String from,

            @Setting(
                    value = "decoder-only continues text; encoder-decoder translates and needs data.format: pairs",
                    defaultValue = "decoder-only")
            Architecture architecture,

            @Setting(
                    value = "The largest number of tokens the model reads at once",
                    min = 1,
                    max = 1_000_000,
                    defaultValue = "64")
            int context,

            @Setting(
                    value = "The size of the vector that represents a token",
                    min = 1,
                    max = 1_000_000,
                    defaultValue = "128")
            int width,

            @Setting(
                    value = "The number of layers; with an encoder, of the encoder and of the decoder",
                    min = 1,
                    max = 1000,
                    defaultValue = "4")
            int layers,

            @Setting(
                    value = "The number of attention heads per layer; must divide width unless head_width is given",
                    min = 1,
                    max = 100_000,
                    defaultValue = "4")
            int heads,

            @Setting(
                    value =
                            "The number of key and value heads, each shared by equally many of the heads; 0 for one per head",
                    min = 0,
                    max = 100_000,
                    defaultValue = "0")
            int keyHeads,

            @Setting(
                    value = "The size of a head's queries, keys and values; 0 for width / heads",
                    min = 0,
                    max = 1_000_000,
                    defaultValue = "0")
            int headWidth,

            @Setting(value = "Whether to normalise each head's queries and keys, as Qwen3 does", defaultValue = "false")
            boolean queryKeyNorm,

            @Setting(
                    value = "The number of positions a query attends to, itself and those right before it; 0 for all",
                    min = 0,
                    max = 1_000_000,
                    defaultValue = "0")
            int window,

            @Setting(
                    value = "The inner size of the feed-forward network; 0 is four times the width",
                    min = 0,
                    max = 1e7,
                    defaultValue = "0")
            int feedForward,

            @Setting(
                    value = "The feed-forward network's function: gelu_new, gelu, relu or silu",
                    defaultValue = "gelu_new")
            Activation activation,

            @Setting(
                    value =
                            "Whether the feed-forward network has a gate: a third matrix, to whose product the activation applies,"
                                    + " multiplies the inner vector",
                    defaultValue = "false")
            boolean gated,

            @Setting(
                    value = "layer: normalise by mean and variance; rms: by the root mean square alone",
                    defaultValue = "layer")
            Norm.Kind norm,

            @Setting(
                    value =
                            "sequential: the feed-forward network reads what attention wrote; parallel: both read the layer's input",
                    defaultValue = "sequential")
            Residual residual,

            @Setting(
                    value =
                            "sinusoidal or learned: added to the token embeddings; rotary: queries and keys are rotated in each layer",
                    defaultValue = "sinusoidal")
            Positions.Kind positions,

            @Setting(
                    value = "With rotary positions, the base of the rotation frequencies",
                    min = 1,
                    max = 1e12,
                    defaultValue = "10000")
            double rotaryTheta,

            @Setting(
                    value = "With rotary positions, the fraction of a head that is rotated",
                    min = 0.01,
                    max = 1,
                    defaultValue = "1")
            double rotaryFraction,

            @Setting(
                    value = "Multiply token embeddings by the root of the width, so that they outweigh positions",
                    defaultValue = "true")
            boolean scaleEmbeddings,

            @Setting(
                    value = "Whether logits are computed with the token embeddings rather than a table of their own",
                    defaultValue = "true")
            boolean tiedHead,

            @Setting(value = "Whether projections and norms have biases; an rms norm never has", defaultValue = "true")
            boolean biases,

            @Setting(
                    value = "With biases: false, whether queries, keys and values still have theirs, as in Qwen2",
                    defaultValue = "false")
            boolean queryKeyValueBiases,

            @Setting(
                    value = "The share of activations set to zero while training",
                    min = 0,
                    max = 0.99,
                    defaultValue = "0")
            double dropout)
            implements Serializable {

        /** Returns the settings of a model that a run starts from. */
        public static Model of(String from, ModelConfig shape) {
            Attention attention = shape.attention();
            SlidingWindow window = attention.window();
            boolean turned = shape.positions() instanceof Positions.Rotary;
            Positions.Rotary rotary = turned ? (Positions.Rotary) shape.positions() : ROTARY;
            return new Model(
                    from,
                    shape.architecture(),
                    shape.context(),
                    shape.width(),
                    shape.layers(),
                    shape.heads(),
                    attention.keyHeads() == attention.heads() ? 0 : attention.keyHeads(),
                    attention.width(),
                    attention.queryKeyNorm(),
                    window == null ? 0 : window.size(),
                    shape.feedForward().width(),
                    shape.feedForward().activation(),
                    shape.feedForward().gated(),
                    shape.norm().kind(),
                    shape.residual(),
                    shape.positions().kind(),
                    rotary.theta(),
                    rotary.fraction(),
                    shape.embeddingScale() != 1,
                    shape.tiedHead(),
                    attention.biases() == Attention.Biases.ALL,
                    attention.biases() == Attention.Biases.QUERY_KEY_VALUE,
                    shape.dropout());
        }

        private static final Positions.Rotary ROTARY = new Positions.Rotary(10_000, 1, new RotaryScaling.None());

        /**
         * Returns the shape of a transformer that begins anew, for a vocabulary.
         *
         * @throws IllegalArgumentException naming the key of {@code model} that does not fit the others
         */
        ModelConfig shape(int vocabulary) {
            int inner = feedForward == 0 ? 4 * width : feedForward;
            boolean rms = norm == Norm.Kind.RMS;
            return ModelConfig.builder(vocabulary, context, width, layers)
                    .attention(attention())
                    .feedForward(new FeedForward(inner, activation, gated, biases))
                    .norm(new Norm(norm, rms ? 1e-6 : 1e-5, biases && !rms))
                    .residual(residual)
                    .positions(
                            switch (positions) {
                                case SINUSOIDAL -> new Positions.Sinusoidal();
                                case LEARNED -> new Positions.Learned();
                                case ROTARY ->
                                    new Positions.Rotary(rotaryTheta, rotaryFraction, new RotaryScaling.None());
                            })
                    .embeddingScale(scaleEmbeddings ? Math.sqrt(width) : 1)
                    .tiedHead(tiedHead)
                    .dropout(dropout)
                    .architecture(architecture)
                    .build();
        }

        private Attention attention() {
            Attention.Biases some = queryKeyValueBiases ? Attention.Biases.QUERY_KEY_VALUE : Attention.Biases.NONE;
            List<Integer> all = IntStream.range(0, layers).boxed().toList();
            return new Attention(
                    heads,
                    keyHeads == 0 ? heads : keyHeads,
                    headWidth,
                    biases ? Attention.Biases.ALL : some,
                    queryKeyNorm,
                    window == 0 ? null : new SlidingWindow(window, all));
        }
    }

    /** How the model is trained. */
    public record Training(
            @Setting(value = "The number of steps", min = 1, max = 1e9, defaultValue = "1000")
            int steps,

            @Setting(value = "The number of rows per step", min = 1, max = 1_000_000, defaultValue = "16")
            int batch,

            @Setting(defaultValue = "muon") OptimizerChoice optimizer,

            @Setting(value = "AdamW's highest learning rate", min = 1e-9, max = 10, defaultValue = "6e-3")
            double learningRate,

            @Setting(value = "Muon's highest learning rate", min = 1e-9, max = 10, defaultValue = "0.03")
            double muonLearningRate,

            @Setting(
                    value = "The number of batches whose gradients are summed for each update of the weights",
                    min = 1,
                    max = 1_000_000,
                    defaultValue = "1")
            int accumulate,

            @Setting(
                    value =
                            "How rates fall: cosine, linear or sqrt (1 − √progress), over the last decay_share of the steps; or constant",
                    defaultValue = "linear")
            Schedule.Shape schedule,

            @Setting(value = "The rates at the end, as a share of the highest", min = 0, max = 1, defaultValue = "0")
            double finalRate,

            @Setting(
                    value = "The number of steps over which rates rise from zero",
                    min = 0,
                    max = 1e9,
                    defaultValue = "0")
            int warmupSteps,

            @Setting(
                    value =
                            "The share of the steps, at the end of the run, over which rates fall; before that they are constant",
                    min = 0,
                    max = 1,
                    defaultValue = "0.6")
            double decayShare,

            @Setting(
                    value = "The share of each target that is spread evenly over all tokens",
                    min = 0,
                    max = 0.99,
                    defaultValue = "0")
            double labelSmoothing,

            @Setting(
                    value =
                            "The decay of the weights' moving average, which is evaluated and saved instead of the weights; 0 for none",
                    min = 0,
                    max = 0.999999,
                    defaultValue = "0")
            double average,

            @Setting(value = "Start the projections that write into the residual stream at zero", defaultValue = "true")
            boolean zeroStart,

            @Setting(
                    value = "The weight decay of weights with two or more dimensions",
                    min = 0,
                    max = 10,
                    defaultValue = "0.1")
            double weightDecay,

            @Setting(value = "AdamW's decay rate of the mean gradient", min = 0, max = 0.999999, defaultValue = "0.9")
            double beta1,

            @Setting(
                    value = "AdamW's decay rate of the mean squared gradient",
                    min = 0,
                    max = 0.999999,
                    defaultValue = "0.99")
            double beta2,

            @Setting(
                    value = "The term AdamW adds to the root of the mean square",
                    min = 1e-15,
                    max = 1,
                    defaultValue = "1e-8")
            double epsilon,

            @Setting(
                    value = "The largest global norm of the gradients; 0 for no limit",
                    min = 0,
                    max = 1e9,
                    defaultValue = "1")
            double clip,

            @Setting(
                    value =
                            "The number of threads that share a step's rows, rounded down to a power of two; 0 to choose automatically",
                    min = 0,
                    max = 1024,
                    defaultValue = "0")
            int workers,

            @Setting(
                    value = "The number of steps between evaluations on the validation part",
                    min = 1,
                    max = 1e9,
                    defaultValue = "250")
            int evaluateEvery,

            @Setting(
                    value =
                            "About how many tokens of the validation part an evaluation reads, spread over it; 0 for all",
                    min = 0,
                    max = 1e12,
                    defaultValue = "0")
            long evaluateTokens,

            @Setting(
                    value =
                            "The number of evaluations in a row without improvement after which the run ends; 0 for no limit",
                    min = 0,
                    max = 1e9,
                    defaultValue = "0")
            int patience,

            @Setting(
                    value =
                            "The number of steps between checkpoints to resume from; 0 for evaluations, within 2 % of the time",
                    min = 0,
                    max = 1e9,
                    defaultValue = "0")
            int checkpointEvery,

            @Setting(
                    value = "Whether to keep the model of every evaluation, for heed attention --over",
                    defaultValue = "false")
            boolean keep,

            @Setting(
                    value = "How many of these models to keep, the latest; 0 for all",
                    min = 0,
                    max = 1e9,
                    defaultValue = "0")
            int keepLimit,

            @Setting(
                    value = "How many steps to skip because their loss or gradients are not finite before the run ends",
                    min = 0,
                    max = 1e9,
                    defaultValue = "0")
            int skipLimit,

            @Setting("A text to continue, or a sentence to translate, at each evaluation; empty for none")
            String sample,

            @Setting(
                    value =
                            "How many frames to keep of what the model does, spread over the steps, for heed watch; 0 for none",
                    min = 0,
                    max = 2000,
                    defaultValue = "0")
            int frames)
            implements Serializable {

        /**
         * Returns these settings for one of several workers.
         *
         * @param workers how many share the rows of a step
         * @param rate the factor on both learning rates
         * @param threads the number of its threads
         */
        @Internal
        public Training ofWorker(int workers, double rate, int threads) {
            return new Training(
                    steps,
                    batch / workers,
                    optimizer,
                    learningRate * rate,
                    muonLearningRate * rate,
                    accumulate,
                    schedule,
                    finalRate,
                    warmupSteps,
                    decayShare,
                    labelSmoothing,
                    average,
                    zeroStart,
                    weightDecay,
                    beta1,
                    beta2,
                    epsilon,
                    clip,
                    threads,
                    evaluateEvery,
                    evaluateTokens,
                    patience,
                    checkpointEvery,
                    keep,
                    keepLimit,
                    skipLimit,
                    sample,
                    frames);
        }

        /** Returns the settings of the optimizers. */
        public OptimizerSettings optimizerSettings() {
            return new OptimizerSettings(learningRate, muonLearningRate, weightDecay, beta1, beta2, epsilon);
        }
    }

    /** How workers on a Spark cluster share the training: local steps in rounds, after each of which they average what they have reached. */
    public record Distributed(
            @Setting(
                    value =
                            "The number of workers that share each step's rows, which heed spark train needs; 0 to train on this"
                                    + " machine alone",
                    min = 0,
                    max = 100_000,
                    defaultValue = "0")
            int workers,

            @Setting(
                    value = "The number of steps that a worker takes by itself in a round, before the exchange",
                    min = 1,
                    max = 1e6,
                    defaultValue = "10")
            int innerSteps,

            @Setting(
                    value =
                            "The factor on a worker's learning rates, since it sees only its part of each step's rows; 0 for the"
                                    + " square root of the number of workers",
                    min = 0,
                    max = 1000,
                    defaultValue = "0")
            double rateFactor,

            @Setting(
                    value = "How far the weights move, per round, towards the mean of the workers' weights",
                    min = 0.001,
                    max = 10,
                    defaultValue = "1")
            double outerRate,

            @Setting(
                    value = "The decay rate of Nesterov's momentum of these moves; 0 for none",
                    min = 0,
                    max = 0.9999,
                    defaultValue = "0")
            double outerMomentum,

            @Setting(
                    value = "How workers send what they have learned: float16 (rounded) or float32 (exactly)",
                    defaultValue = "float16")
            WireFormat wire)
            implements Serializable {

        /** Returns the factor on the learning rates of one of several workers. */
        @Internal
        public double rateOf(int workers) {
            return rateFactor > 0 ? rateFactor : Math.sqrt(workers);
        }
    }

    /** Returns the words of the command that trains it. */
    @Internal
    public List<String> trainingCommand() {
        return distributed.workers > 0 ? List.of("heed", "spark", "train") : List.of("heed", "train");
    }

    /** Returns this run with another seed. */
    public RunConfig withSeed(long other) {
        return new RunConfig(name, other, device, precision, data, tokenizer, model, training, distributed);
    }

    /** Returns this run under another name. */
    public RunConfig withName(String other) {
        return new RunConfig(other, seed, device, precision, data, tokenizer, model, training, distributed);
    }

    /** Returns this run with another text. */
    public RunConfig withData(Data other) {
        return new RunConfig(name, seed, device, precision, other, tokenizer, model, training, distributed);
    }

    /** Returns this run on another device. */
    public RunConfig withDevice(DeviceChoice other) {
        return new RunConfig(name, seed, other, precision, data, tokenizer, model, training, distributed);
    }

    /** Returns this run with other settings of training. */
    public RunConfig withTraining(Training other) {
        return new RunConfig(name, seed, device, precision, data, tokenizer, model, other, distributed);
    }

    /**
     * Returns the shape of a new transformer for a vocabulary.
     *
     * @throws IllegalArgumentException naming the key of {@code model} that does not fit the others
     */
    public ModelConfig modelConfig(int vocabulary) {
        return model.shape(vocabulary);
    }
}
