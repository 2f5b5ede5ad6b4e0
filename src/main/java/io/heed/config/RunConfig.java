package io.heed.config;

import io.heed.kernels.Precision;
import io.heed.model.Activation;
import io.heed.model.Architecture;
import io.heed.model.Attention;
import io.heed.model.DeviceChoice;
import io.heed.model.FeedForward;
import io.heed.model.ModelConfig;
import io.heed.model.Norm;
import io.heed.model.Positions;
import io.heed.optimizer.OptimizerChoice;
import io.heed.optimizer.OptimizerSettings;
import io.heed.optimizer.Schedule;
import io.heed.text.DataFormat;
import io.heed.text.tokenizer.TokenizerType;
import java.util.List;

/**
 * One run: everything its result depends on. Read by {@link ConfigReader}, whose keys are these components in snake_case.
 */
public record RunConfig(
        @Setting(value = "The folder under models/ that the model is written to", required = true)
        String name,

        @Setting(value = "What all randomness is derived from", defaultValue = "1")
        long seed,

        @Setting(value = "Where to compute: auto, cpu or cuda", defaultValue = "auto")
        DeviceChoice device,

        @Setting(
                value =
                        "What the layers multiply in: auto (bfloat16 on a CUDA device that has it, else float32), float32 or bfloat16",
                defaultValue = "auto")
        Precision precision,

        @Setting("The text") Data data,
        @Setting("How text is cut into tokens") Tokens tokenizer,
        @Setting("The shape of the transformer") Model model,
        @Setting("How it learns") Training training) {

    /** The text. */
    public record Data(
            @Setting(
                    value =
                            "The text to learn from, in UTF-8: a file, a folder (its *.txt) or a pattern (texts/*.md), or a"
                                    + " list of such",
                    required = true)
            List<String> train,

            @Setting("The text to check on, given likewise; empty takes the end of the training text")
            List<String> validation,

            @Setting(
                    value = "The share of the training text set aside to check on",
                    min = 0.001,
                    max = 0.5,
                    defaultValue = "0.1")
            double validationFraction,

            @Setting(
                    value =
                            "lines: each line is a sentence by itself; stream: one long text; pairs: each line is a sentence, a tab and its translation",
                    defaultValue = "stream")
            DataFormat format) {

        /** Leaves out names of nothing. */
        public Data {
            train = train.stream().filter(name -> !name.isBlank()).toList();
            validation = validation.stream().filter(name -> !name.isBlank()).toList();
        }
    }

    /** How text is cut into tokens. */
    public record Tokens(
            @Setting(value = "word, character or bpe (parts of words)", defaultValue = "word")
            TokenizerType type,

            @Setting(
                    value = "The largest number of tokens; the rarest are left out",
                    min = 4,
                    max = 1_000_000,
                    defaultValue = "8000")
            int vocabulary,

            @Setting(
                    "A tokenizer.json to cut with as it is, of whatever kind, in place of one made from the text; empty for none")
            String file) {}

    /** The shape of the transformer. */
    public record Model(
            @Setting(
                    "A model folder to go on from, Heed's own or a GPT-2's: it has the tokenizer, the weights and the shape, of which context can be less and dropout another; empty to begin anew")
            String from,

            @Setting(
                    value =
                            "decoder-only continues text; encoder-decoder translates, and learns from data.format: pairs",
                    defaultValue = "decoder-only")
            Architecture architecture,

            @Setting(
                    value = "The largest number of tokens it reads at once",
                    min = 1,
                    max = 1_000_000,
                    defaultValue = "64")
            int context,

            @Setting(
                    value = "The size of the vector that stands for a token",
                    min = 1,
                    max = 1_000_000,
                    defaultValue = "128")
            int width,

            @Setting(
                    value = "The number of layers; with an encoder, of each of the two",
                    min = 1,
                    max = 1000,
                    defaultValue = "4")
            int layers,

            @Setting(
                    value = "The number of attention heads of a layer; has to divide width",
                    min = 1,
                    max = 100_000,
                    defaultValue = "4")
            int heads,

            @Setting(
                    value = "The inner size of the feed-forward network; 0 is four times the width",
                    min = 0,
                    max = 1e7,
                    defaultValue = "0")
            int feedForward,

            @Setting(value = "sinusoidal or learned", defaultValue = "sinusoidal")
            Positions positions,

            @Setting(
                    value = "Multiply token embeddings by the root of the width, so that they outweigh positions",
                    defaultValue = "true")
            boolean scaleEmbeddings,

            @Setting(value = "gelu_new, gelu or relu", defaultValue = "gelu_new")
            Activation activation,

            @Setting(
                    value = "The share of activations set to zero while training",
                    min = 0,
                    max = 0.99,
                    defaultValue = "0")
            double dropout,

            @Setting(value = "Whether projections and norms have biases", defaultValue = "true")
            boolean biases) {

        /** The settings that a model has which is gone on from. */
        public static Model of(String from, ModelConfig shape) {
            return new Model(
                    from,
                    shape.architecture(),
                    shape.context(),
                    shape.width(),
                    shape.layers(),
                    shape.heads(),
                    shape.feedForward().width(),
                    shape.positions(),
                    shape.embeddingScale() != 1,
                    shape.feedForward().activation(),
                    shape.dropout(),
                    shape.attention().biases());
        }
    }

    /** How it learns. */
    public record Training(
            @Setting(value = "The number of steps", min = 1, max = 1e9, defaultValue = "1000")
            int steps,

            @Setting(value = "The number of rows of a step", min = 1, max = 1_000_000, defaultValue = "16")
            int batch,

            @Setting(defaultValue = "muon") OptimizerChoice optimizer,

            @Setting(value = "AdamW's highest learning rate", min = 1e-9, max = 10, defaultValue = "6e-3")
            double learningRate,

            @Setting(value = "Muon's highest learning rate", min = 1e-9, max = 10, defaultValue = "0.03")
            double muonLearningRate,

            @Setting(
                    value = "The number of times that many rows whose gradients are summed before the weights move",
                    min = 1,
                    max = 1_000_000,
                    defaultValue = "1")
            int accumulate,

            @Setting(
                    value =
                            "How rates fall: cosine, linear or sqrt (1 − √progress), over the last decay_share of the steps; or constant",
                    defaultValue = "linear")
            Schedule.Shape schedule,

            @Setting(
                    value = "The share of the highest rates that is left at the end",
                    min = 0,
                    max = 1,
                    defaultValue = "0")
            double finalRate,

            @Setting(
                    value = "The number of steps over which rates rise from nothing",
                    min = 0,
                    max = 1e9,
                    defaultValue = "0")
            int warmupSteps,

            @Setting(
                    value =
                            "The share of the steps over which rates fall, at the end of the run; before that they are level",
                    min = 0,
                    max = 1,
                    defaultValue = "0.6")
            double decayShare,

            @Setting(
                    value = "The share of each target that is spread over all tokens alike",
                    min = 0,
                    max = 0.99,
                    defaultValue = "0")
            double labelSmoothing,

            @Setting(
                    value =
                            "The decay of the weights' running mean, which is evaluated and saved in their place; 0 for none",
                    min = 0,
                    max = 0.999999,
                    defaultValue = "0")
            double average,

            @Setting(value = "Start the projections that write into the residual stream at zero", defaultValue = "true")
            boolean zeroStart,

            @Setting(
                    value = "How strongly weights of two or more dimensions are pulled to zero",
                    min = 0,
                    max = 10,
                    defaultValue = "0.1")
            double weightDecay,

            @Setting(value = "AdamW's memory of the mean gradient", min = 0, max = 0.999999, defaultValue = "0.9")
            double beta1,

            @Setting(
                    value = "AdamW's memory of the mean squared gradient",
                    min = 0,
                    max = 0.999999,
                    defaultValue = "0.99")
            double beta2,

            @Setting(
                    value = "What AdamW adds to the root of the mean square",
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
                            "The number of threads that share a step's rows, rounded down to a power of two; 0 to choose",
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
                            "The number of evaluations in a row that may be no better before the run ends; 0 for any number",
                    min = 0,
                    max = 1e9,
                    defaultValue = "0")
            int patience,

            @Setting(
                    value =
                            "The number of steps between states saved to go on from; 0 for evaluations, as far as that takes 2 % of the time",
                    min = 0,
                    max = 1e9,
                    defaultValue = "0")
            int checkpointEvery,

            @Setting(
                    value = "Whether to keep the model of every evaluation, for heed attention --over",
                    defaultValue = "false")
            boolean keep,

            @Setting(value = "How many of those stay, the latest; 0 for all", min = 0, max = 1e9, defaultValue = "0")
            int keepLimit,

            @Setting(
                    value =
                            "The number of steps to skip, since their loss or gradients are not finite, before the run ends",
                    min = 0,
                    max = 1e9,
                    defaultValue = "0")
            int skipLimit,

            @Setting(
                    "The beginning of a text that is continued, or a sentence that is translated, and shown at each evaluation; empty for none")
            String sample) {

        /** What the optimizers compute with. */
        public OptimizerSettings optimizerSettings() {
            return new OptimizerSettings(learningRate, muonLearningRate, weightDecay, beta1, beta2, epsilon);
        }
    }

    /** Returns this run on another text. */
    public RunConfig withData(Data other) {
        return new RunConfig(name, seed, device, precision, other, tokenizer, model, training);
    }

    /**
     * Returns the shape of a transformer that begins anew, for a vocabulary.
     *
     * @throws IllegalArgumentException naming the key of {@code model} that does not fit the others
     */
    public ModelConfig modelConfig(int vocabulary) {
        int inner = model.feedForward == 0 ? 4 * model.width : model.feedForward;
        return ModelConfig.builder(vocabulary, model.context, model.width, model.layers)
                .attention(new Attention(model.heads, model.biases))
                .feedForward(new FeedForward(inner, model.activation, model.biases))
                .norm(new Norm(1e-5, model.biases))
                .positions(model.positions)
                .embeddingScale(model.scaleEmbeddings ? Math.sqrt(model.width) : 1)
                .dropout(model.dropout)
                .architecture(model.architecture)
                .build();
    }
}
