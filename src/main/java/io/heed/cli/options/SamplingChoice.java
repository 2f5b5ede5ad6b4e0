package io.heed.cli.options;

import io.heed.HeedException;
import io.heed.predict.Sampling;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The sampling options. */
@SuppressWarnings("NullAway.Init")
public final class SamplingChoice {

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--temperature",
            paramLabel = "T",
            defaultValue = "0",
            description = "0 always takes the likeliest word, 1 samples by probability, more is more random. "
                    + "Default: ${DEFAULT-VALUE}.")
    private double temperature;

    @Option(
            names = "--top-k",
            paramLabel = "K",
            defaultValue = "0",
            description = "Sample only from the K likeliest words; 0 for all. Default: ${DEFAULT-VALUE}.")
    private int topK;

    @Option(
            names = "--top-p",
            paramLabel = "P",
            defaultValue = "1",
            description = "Sample from the fewest words whose probabilities sum to P. Default: ${DEFAULT-VALUE}.")
    private double topP;

    @Option(
            names = "--min-p",
            paramLabel = "P",
            defaultValue = "0",
            description =
                    "Sample from words at least P times as likely as the likeliest; 0 for all. Default: ${DEFAULT-VALUE}.")
    private double minP;

    @Option(
            names = "--repetition-penalty",
            paramLabel = "X",
            defaultValue = "1",
            description = "Above 1, makes words already in the text less likely. Default: ${DEFAULT-VALUE}.")
    private double repetitionPenalty;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "The same seed samples the same words. Default: ${DEFAULT-VALUE}.")
    private long seed;

    /** Returns whether any option was given. */
    public boolean given() {
        return Stream.of("--temperature", "--top-k", "--top-p", "--min-p", "--repetition-penalty", "--seed")
                .anyMatch(spec.commandLine().getParseResult()::hasMatchedOption);
    }

    /** Returns the chosen sampling. */
    public Sampling sampling() {
        try {
            return new Sampling(temperature, topK, topP, minP, repetitionPenalty, seed);
        } catch (HeedException e) {
            throw new ParameterException(spec.commandLine(), "--" + e.getMessage(), e);
        }
    }
}
