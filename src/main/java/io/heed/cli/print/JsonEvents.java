package io.heed.cli.print;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.heed.Json;
import io.heed.checkpoint.LanguageModel;
import io.heed.cli.terminal.Pace;
import io.heed.run.EvaluationRow;
import io.heed.train.TrainingRun;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Tells how training goes as one JSON object a line, for programs; the last one is the result. */
public final class JsonEvents implements TrainingPrinter {

    /** What is told. */
    @JsonPropertyOrder("event")
    public sealed interface Event {

        /** The word that tells what it is. */
        @JsonProperty
        default String event() {
            return getClass().getSimpleName().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Nothing was told for a while.
     *
     * @param step the number of steps taken
     * @param loss the mean loss of the steps since the last look
     * @param tokensPerSecond the tokens learnt from in a second
     */
    public record Stepped(int step, double loss, double tokensPerSecond) implements Event {}

    /**
     * Training begins.
     *
     * @param folder where the model goes
     * @param parameters the number of numbers that training changes
     * @param vocabulary the number of tokens
     * @param trainingTokens the number of tokens to learn from
     * @param validationTokens the number of tokens to check on
     * @param device where it computes
     * @param step the number of steps that an earlier part of the run took
     */
    record Started(
            Path folder,
            long parameters,
            int vocabulary,
            long trainingTokens,
            long validationTokens,
            String device,
            int step)
            implements Event {}

    /**
     * The model that the run goes on from was evaluated.
     *
     * @param validationLoss its loss of the validation part
     */
    public record Found(double validationLoss) implements Event {}

    /**
     * Something is not as one may think.
     *
     * @param sentence what it is
     */
    public record Warned(String sentence) implements Event {}

    /**
     * The model was evaluated.
     *
     * @param row the figures
     * @param sample what the model makes of the text that it is to continue; null where there is none
     */
    record Evaluated(
            @JsonUnwrapped EvaluationRow row, @Nullable String sample) implements Event {}

    /**
     * The run could go on from here.
     *
     * @param step the number of steps taken
     */
    record Saved(int step) implements Event {}

    /**
     * The run has ended.
     *
     * @param folder its folder
     * @param model where its model is
     * @param steps the steps taken
     * @param bestValidationLoss the lowest loss of the validation part; null where it was not evaluated
     * @param bestStep the step of that loss
     * @param lastValidationLoss the loss of the last evaluation
     * @param lastStep the step of that
     * @param seconds how long it took
     * @param savingSeconds how much of that saving took
     * @param ending why it ended
     * @param interrupted whether it was stopped before its end
     * @param advice what may make the next run better; null for nothing
     * @param next commands to go on with
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
        print(new Started(
                start.folder(),
                start.parameters(),
                start.vocabulary(),
                start.trainingTokens(),
                start.validationTokens(),
                start.device(),
                start.step()));
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
    public void saved(int step) {
        print(new Saved(step));
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
