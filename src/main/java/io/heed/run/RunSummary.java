package io.heed.run;

import io.heed.config.RunConfig;
import java.nio.file.Path;
import java.time.Instant;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * A past run in short.
 *
 * @param name its folder's name
 * @param folder the model folder
 * @param state how far it came
 * @param steps the steps taken
 * @param bestValidationLoss the lowest loss of the validation part, in nats a token; empty where it was not evaluated
 * @param bestStep the step of that loss
 * @param perplexity e to that loss
 * @param tokensPerSecond how fast it learned, where that is told
 * @param when the last evaluation was written, or the configuration where there is none
 * @param settings its configuration
 */
public record RunSummary(
        String name,
        Path folder,
        PastRun.State state,
        int steps,
        OptionalDouble bestValidationLoss,
        OptionalInt bestStep,
        OptionalDouble perplexity,
        OptionalDouble tokensPerSecond,
        Instant when,
        RunConfig settings) {}
