package io.heed.run;

import io.heed.config.RunConfig;
import java.nio.file.Path;
import java.time.Instant;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * A summary of a past run.
 *
 * @param name its folder's name
 * @param folder the model folder
 * @param state the run's progress
 * @param steps the steps taken
 * @param bestValidationLoss the lowest loss of the validation part, in nats per token; empty if it was not evaluated
 * @param bestStep the step of that loss
 * @param perplexity e to that loss
 * @param tokensPerSecond its training speed, if known
 * @param when the time the last evaluation was written, or the configuration if there is none
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
