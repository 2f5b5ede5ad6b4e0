package io.heed.train;

import io.heed.HeedException;
import io.heed.config.ConfigReader;
import io.heed.config.GivenSettings;
import io.heed.config.RunConfig;
import io.heed.model.DeviceChoice;
import io.heed.run.RunFolder;
import io.heed.text.TextFiles;
import io.heed.text.corpus.Corpus;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * Finds everything that would keep a run from starting, beyond errors in the configuration itself.
 *
 * @param located finds the texts of a configuration
 * @param models the folder of the models
 * @param texts whether the texts are on this machine, to be checked
 * @param whole whether to check also what a run uses when it starts: its folder, its tokenizer and its texts
 */
public record RunChecks(UnaryOperator<RunConfig> located, Path models, boolean texts, boolean whole) {

    /** Creates checks of a run whose texts are on this machine. */
    public RunChecks(UnaryOperator<RunConfig> located, Path models, boolean whole) {
        this(located, models, true, whole);
    }

    /** Returns the same without those of the texts. */
    public RunChecks withoutTexts() {
        return new RunChecks(located, models, false, whole);
    }

    /** Texts of more bytes are only checked to be text, not cut into tokens. */
    private static final long CUT = 1 << 24;

    /** Texts of more bytes are not read. */
    private static final long READ = 1L << 30;

    /**
     * Reads a configuration and finds everything that is wrong with it or would stop its run.
     *
     * @param overrides settings that replace the file's
     */
    public ConfigReader.Check check(Path file, List<String> overrides) {
        return ConfigReader.check(file, overrides, this::find);
    }

    /**
     * Reads a configuration that a run can start with.
     *
     * @param overrides settings that replace the file's
     * @throws HeedException if anything is wrong; its suppressed exceptions report all other problems
     */
    public RunConfig require(Path file, List<String> overrides) {
        ConfigReader.Check check = check(file, overrides);
        if (check.config() != null && check.right()) {
            return located.apply(check.config());
        }
        List<HeedException> wrong =
                check.problems().stream().map(HeedException::new).toList();
        wrong.stream().skip(1).forEach(wrong.get(0)::addSuppressed);
        throw wrong.get(0);
    }

    private void find(RunConfig read, GivenSettings given, Consumer<String> skipped) {
        RunConfig config = located.apply(read);
        attempt(given, "name", () -> RunFolder.requireName(config.name()));
        if (texts) {
            config.data().train().forEach(name -> attempt(given, "data.train", () -> TextFiles.require(name)));
            config.data()
                    .validation()
                    .forEach(name -> attempt(given, "data.validation", () -> TextFiles.require(name)));
        }
        if (config.device() == DeviceChoice.CUDA) {
            attempt(given, "device", () -> config.device().resolve());
        }
        if (!whole) {
            return;
        }
        if (!given.isWrong("name")) {
            attempt(given, "name", () -> RunFolder.requireFree(models.resolve(config.name())));
            attempt(given, "name", () -> RunFolder.requireWritable(models.resolve(config.name())));
        }
        String from = config.model().from();
        boolean shaped = !given.isWrong("model");
        boolean begins = shaped || from.isEmpty(); // then its tokenizer and its context do not come from another model
        if (begins && !given.isWrong("tokenizer")) {
            String key = config.tokenizer().file().isEmpty() ? "model.from" : "tokenizer.file";
            attempt(given, key, () -> StartingPoint.of(config).tokenizer());
        }
        if (!from.isEmpty()) {
            skipped.accept("the weights of %s, of which only names and shapes were read".formatted(from));
        }
        if (texts && !given.isWrong("data")) {
            if (begins && !given.isWrong("tokenizer")) {
                texts(StartingPoint.of(config).source(), shaped, given, skipped);
            } else {
                skipped.accept("the texts, since %s is wrong".formatted(begins ? "the tokenizer" : "the model"));
            }
        }
    }

    /** @param shaped whether the context is known */
    private static void texts(Corpus.Source source, boolean shaped, GivenSettings given, Consumer<String> skipped) {
        long bytes = source.bytes();
        boolean cut = shaped && bytes <= CUT;
        if (bytes > READ) {
            skipped.accept("the texts, which are larger than 1 GiB");
            return;
        }
        if (bytes > CUT) {
            skipped.accept("whether the texts, which are larger than 16 MiB, have enough tokens for the context");
        } else if (!shaped) {
            skipped.accept("whether the texts have enough tokens for the context, since the model is wrong");
        }
        try {
            Corpus.check(source, cut);
        } catch (HeedException e) {
            boolean other = source.validation().stream()
                    .anyMatch(file -> String.valueOf(e.getMessage()).startsWith(file.toString()));
            given.refuse(other ? "data.validation" : "data.train", e);
        }
    }

    private static void attempt(GivenSettings given, String key, Runnable check) {
        try {
            if (!given.isMissing(key) && !given.isFull()) {
                check.run();
            }
        } catch (HeedException e) {
            given.refuse(key, e);
        }
    }
}
