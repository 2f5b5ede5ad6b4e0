package io.heed.cli.print;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.heed.Json;
import io.heed.checkpoint.LanguageModel;
import io.heed.cli.terminal.Pace;
import io.heed.predict.Sample;
import io.heed.run.EvaluationRow;
import io.heed.train.TrainingRun;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Reports training to programs as one JSON object per line; the last one is the result. */
public final class JsonEvents implements TrainingPrinter {

    /** An event of a training run. */
    @JsonPropertyOrder("event")
    public sealed interface Event {

        /** Returns the word that names the event. */
        @JsonProperty
        default String event() {
            return getClass().getSimpleName().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * No other event occurred for a while.
     *
     * @param step the number of steps taken
     * @param loss the mean loss of the steps since the last event
     * @param tokensPerSecond the training tokens per second
     */
    public record Stepped(int step, double loss, double tokensPerSecond) implements Event {}

    /**
     * Training starts.
     *
     * @param start the run
     */
    record Started(@JsonUnwrapped Start start) implements Event {}

    /**
     * The model that the run starts from was evaluated.
     *
     * @param validationLoss its validation loss
     */
    public record Found(double validationLoss) implements Event {}

    /**
     * A warning.
     *
     * @param sentence the warning
     */
    public record Warned(String sentence) implements Event {}

    /**
     * The model was evaluated.
     *
     * @param row the figures
     * @param sample the model's continuation of the sample text; null without one
     */
    record Evaluated(
            @JsonUnwrapped EvaluationRow row, @Nullable String sample) implements Event {}

    /**
     * Workers exchanged what they had learned in a round.
     *
     * @param round the round
     */
    record Exchanged(@JsonUnwrapped Round round) implements Event {}

    /**
     * The run can resume from here.
     *
     * @param step the number of steps taken
     */
    record Saved(int step) implements Event {}

    /**
     * A page shows the run.
     *
     * @param address its address
     */
    public record Watched(String address) implements Event {}

    /**
     * The run has ended.
     *
     * @param folder its folder
     * @param model where its model is
     * @param steps the steps taken
     * @param bestValidationLoss the lowest validation loss; null if there was no evaluation
     * @param bestStep the step of that loss
     * @param lastValidationLoss the loss of the last evaluation
     * @param lastStep the step of that evaluation
     * @param seconds its duration
     * @param savingSeconds the part of it spent on saving
     * @param ending why it ended
     * @param interrupted whether it was stopped before its end
     * @param advice what may improve the next run; null for nothing
     * @param next commands to continue with
     */
    record Ended(
            Path folder,
            Path model,
            int steps,
            @Nullable Double bestValidationLoss,
            @Nullable Integer bestStep,
            @Nullable Double lastValidationLoss,
            @Nullable Integer lastStep,
            double seconds,
            double savingSeconds,
            TrainingRun.Ending ending,
            boolean interrupted,
            @Nullable String advice,
            List<String> next)
            implements Event {

        static Ended of(RunEnd end) {
            TrainingRun.Result result = end.result();
            Evaluation best = result.best();
            Evaluation last = result.last();
            return new Ended(
                    result.folder(),
                    result.model(),
                    result.steps(),
                    best == null ? null : best.validationLoss(),
                    best == null ? null : best.step(),
                    last == null ? null : last.validationLoss(),
                    last == null ? null : last.step(),
                    result.seconds(),
                    result.savingSeconds(),
                    result.ending(),
                    result.interrupted(),
                    end.advice().isEmpty() ? null : end.advice(),
                    end.next());
        }
    }

    private final PrintWriter out;
    private String sample = "";

    private final Pace pace;

    public JsonEvents(PrintWriter out) {
        this(out, System::nanoTime);
    }

    /**
     * Prints to a writer.
     *
     * @param clock nanoseconds
     */
    public JsonEvents(PrintWriter out, LongSupplier clock) {
        this.out = out;
        pace = new Pace(Pace.LOG, clock);
    }

    @Override
    public void stepped(Step step) {
        if (pace.isDue()) {
            print(new Stepped(
                    step.step(), step.loss().getAsDouble(), step.speed().get().tokensPerSecond()));
        }
    }

    @Override
    public void started(Start start) {
        sample = start.sample();
        print(new Started(start));
    }

    @Override
    public void found(double validationLoss) {
        print(new Found(validationLoss));
    }

    @Override
    public void warned(String sentence) {
        print(new Warned(sentence));
    }

    @Override
    public void evaluated(Evaluation evaluation, LanguageModel model) {
        print(new Evaluated(EvaluationRow.of(evaluation), sample.isEmpty() ? null : Sample.of(model, sample)));
    }

    @Override
    public void exchanged(Round round) {
        print(new Exchanged(round));
    }

    @Override
    public void saved(int step) {
        print(new Saved(step));
    }

    @Override
    public void watched(String address) {
        print(new Watched(address));
    }

    @Override
    public void ended(RunEnd end) {
        print(Ended.of(end));
    }

    private void print(Event event) {
        out.println(Json.line(event));
        pace.report();
        out.flush();
    }
}
