package io.heed.cli.options;

import io.heed.HeedException;
import io.heed.predict.Sampling;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that say how a word is chosen. */
@SuppressWarnings("NullAway.Init")
public final class SamplingChoice {

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--temperature",
            paramLabel = "T",
            defaultValue = "0",
            description = "0 always takes the likeliest word, 1 draws by probability, more is wilder. "
                    + "Default: ${DEFAULT-VALUE}.")
    private double temperature;

    @Option(
            names = "--top-k",
            paramLabel = "K",
            defaultValue = "0",
            description = "Draw from the K likeliest words only; 0 for all. Default: ${DEFAULT-VALUE}.")
    private int topK;

    @Option(
            names = "--top-p",
            paramLabel = "P",
            defaultValue = "1",
            description =
                    "Draw from the fewest words that have a share P of the probability. Default: ${DEFAULT-VALUE}.")
    private double topP;

    @Option(
            names = "--min-p",
            paramLabel = "P",
            defaultValue = "0",
            description =
                    "Draw from words at least P times as likely as the likeliest; 0 for all. Default: ${DEFAULT-VALUE}.")
    private double minP;

    @Option(
            names = "--repetition-penalty",
            paramLabel = "X",
            defaultValue = "1",
            description = "Above 1, words that the text already has become less likely. Default: ${DEFAULT-VALUE}.")
    private double repetitionPenalty;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "The same seed draws the same words. Default: ${DEFAULT-VALUE}.")
    private long seed;

    /** Whether somebody chose anything. */
    public boolean given() {
        return Stream.of("--temperature", "--top-k", "--top-p", "--min-p", "--repetition-penalty", "--seed")
                .anyMatch(spec.commandLine().getParseResult()::hasMatchedOption);
    }

    /** What was chosen. */
    public Sampling sampling() {
        try {
            return new Sampling(temperature, topK, topP, minP, repetitionPenalty, seed);
        } catch (HeedException e) {
            throw new ParameterException(spec.commandLine(), "--" + e.getMessage(), e);
        }
    }
}
