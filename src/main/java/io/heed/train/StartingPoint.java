package io.heed.train;

import ai.djl.training.initializer.Initializer;
import io.heed.HeedException;
import io.heed.Home;
import io.heed.checkpoint.KeptSettings;
import io.heed.checkpoint.StoredModel;
import io.heed.config.ModelFrom;
import io.heed.config.RunConfig;
import io.heed.model.GptInitializer;
import io.heed.model.Transformer;
import io.heed.model.shape.ModelConfig;
import io.heed.text.TextFiles;
import io.heed.text.corpus.Corpus;
import io.heed.text.tokenizer.SpecialIds;
import io.heed.text.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a run starts from: random weights and a tokenizer built from the text, or the weights and tokenizer of the model that
 * {@code model.from} names.
 */
final class StartingPoint {

    private final RunConfig config;
    private final @Nullable StoredModel from;

    private StartingPoint(RunConfig config, @Nullable StoredModel from) {
        this.config = config;
        this.from = from;
    }

    /**
     * Finds what a run starts from.
     *
     * @throws HeedException if {@code model.from} names no model, or one whose shape differs from the configuration's
     */
    static StartingPoint of(RunConfig config) {
        RunConfig.Model wanted = config.model();
        if (wanted.from().isEmpty()) {
            return new StartingPoint(config, null);
        }
        StoredModel from = ModelFrom.open(wanted.from());
        if (!RunConfig.Model.of(wanted.from(), shape(from.config(), wanted)).equals(wanted)) {
            throw new HeedException("model.from: %s no longer has the shape it had when the run started; restore it"
                    .formatted(wanted.from()));
        }
        return new StartingPoint(config, from);
    }

    /** The text, and how to read it. */
    Corpus.Source source() {
        return source(config, tokenizer());
    }

    /**
     * Returns the text of a run, and how to read it.
     *
     * @param given a tokenizer to use, or null to build one
     */
    static Corpus.Source source(RunConfig config, Corpus.@Nullable GivenTokenizer given) {
        RunConfig.Data data = config.data();
        return new Corpus.Source(
                TextFiles.find(data.train()),
                TextFiles.find(data.validation()),
                data.validationFraction(),
                data.format(),
                config.model().context(),
                config.tokenizer().type(),
                config.tokenizer().vocabulary(),
                given);
    }

    /** The given tokenizer, or null if one is to be built from the text. */
    Corpus.@Nullable GivenTokenizer tokenizer() {
        SpecialIds ids = from == null ? SpecialIds.NONE : from.specialIds();
        if (from != null && from.hasTokenizer()) {
            try (Tokenizer tokenizer = from.tokenizer()) {
                return new Corpus.GivenTokenizer(tokenizer.json(), ids);
            }
        }
        String file = config.tokenizer().file();
        if (!file.isEmpty()) {
            try (Tokenizer tokenizer = Tokenizer.load(Home.find(Path.of(file)))) {
                if (from != null && tokenizer.size() > from.config().vocabulary()) {
                    throw new HeedException(
                            "tokenizer.file: %s has %d tokens, but %s has only %d; name the tokenizer it was trained with"
                                    .formatted(
                                            file,
                                            tokenizer.size(),
                                            config.model().from(),
                                            from.config().vocabulary()));
                }
                return new Corpus.GivenTokenizer(tokenizer.json(), ids);
            }
        }
        if (from != null) {
            throw new HeedException(
                    "model.from: " + ModelFrom.noTokenizer(config.model().from()));
        }
        return null;
    }

    /** Notes about the base model, one sentence each. */
    List<String> notes(Tokenizer tokenizer) {
        return from == null ? List.of() : from.notes(tokenizer);
    }

    /** What the base model's files say besides, for other programs. */
    KeptSettings kept() {
        return from == null ? KeptSettings.NONE : from.kept();
    }

    /** Whether the base model's context is longer than the run's; true if there is no base model. */
    boolean mayReadLonger() {
        return from == null || from.config().context() > config.model().context();
    }

    /**
     * The shape of the transformer.
     *
     * @param tokens the number of the tokenizer's tokens; a given tokenizer may have fewer than the model
     */
    ModelConfig shape(int tokens) {
        if (from == null) {
            return config.modelConfig(tokens);
        }
        return shape(from.config(), config.model());
    }

    /** The base model's shape with the wanted context and dropout. */
    private static ModelConfig shape(ModelConfig stored, RunConfig.Model wanted) {
        return stored.toBuilder()
                .context(wanted.context())
                .dropout(wanted.dropout())
                .build();
    }

    /** The initial weights, by GPT-2's names. */
    Function<String, Initializer> weights(Transformer transformer) {
        if (from != null) {
            from.requireOnly(transformer);
            return name -> from.start(transformer.plan().get(name), transformer.kernels());
        }
        return new GptInitializer(
                transformer.config(), config.seed(), config.training().zeroStart());
    }
}
