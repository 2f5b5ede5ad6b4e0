package io.heed.watch;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.heed.inspect.ShownToken;
import io.heed.inspect.evidence.LensLayer.Guess;
import io.heed.inspect.heads.HeadMeasure;
import io.heed.run.Progress;
import io.heed.text.corpus.FrequencyLosses;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Something that happened in a run, as viewers see it and as {@code training/frames.jsonl} keeps it. docs/formats.md describes the file. */
@JsonPropertyOrder({"type", "step"})
public sealed interface RunEvent {

    /** The word that names it. */
    @JsonProperty
    default String type() {
        return getClass().getSimpleName().toLowerCase(Locale.ROOT);
    }

    /** The number of steps taken before it. */
    int step();

    /**
     * A run starts, anew or where it had stopped.
     *
     * @param steps the number of steps of the whole run
     * @param parameters the number of trained parameters
     * @param rate AdamW's highest learning rate
     * @param muonRate Muon's highest learning rate
     * @param references what simpler predictions lose
     * @param grammar whether it is the toy corpus, of which the planted links are known
     */
    record Began(
            String name,
            long seed,
            int step,
            int steps,
            int layers,
            int heads,
            int vocabulary,
            long parameters,
            int context,
            long trainingTokens,
            double rate,
            double muonRate,
            int evaluateEvery,
            String device,
            String arithmetic,
            FrequencyLosses references,
            boolean grammar)
            implements RunEvent {}

    /**
     * Frames from here on read this text.
     *
     * @param tokens its tokens, with the tokenizer's mark
     * @param planted the links that the grammar has planted in it; empty for other texts
     * @param cut the number of further tokens of the text, which frames do not read
     */
    record Probe(
            int step,
            String text,
            List<ShownToken> tokens,
            List<Planted> planted,
            @JsonInclude(JsonInclude.Include.NON_DEFAULT) int cut)
            implements RunEvent {

        /**
         * A planted link: what predicts the word after the query.
         *
         * @param query the position that has to read, from 0
         * @param key the position of the word that determines the next one
         * @param what what is determined, such as {@code place}
         */
        public record Planted(int query, int key, String what) {}
    }

    /**
     * What the model does with the probe.
     *
     * @param loss the mean training loss of the steps since the frame before, in nats per token; null if there were none
     * @param updates the number of steps so far that changed the weights
     * @param lossSum the sum of their losses, from which the next frame's loss follows
     * @param weights the attention weights: for each layer, head and query those of the keys up to it, as 16-bit floating-point numbers,
     *     the lower byte first, in the pages' Base85
     * @param next the likeliest words after the probe
     * @param without the probability of the likeliest one without each head, by layer and head; null if it was not computed
     * @param live whether it was taken for viewers alone and is not kept
     */
    record Frame(
            int step,
            @Nullable Double loss,
            int updates,
            double lossSum,
            double tokensPerSecond,
            double seconds,
            double rate,
            String weights,
            List<Guess> next,
            @Nullable List<List<Double>> without,
            @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean live)
            implements RunEvent {}

    /**
     * The model was evaluated.
     *
     * @param layers the effect of the last step on each layer
     * @param sample a text and the model's continuation of it
     */
    record Evaluated(
            int step,
            double trainingLoss,
            double validationLoss,
            boolean best,
            double rate,
            double gradientNorm,
            List<Progress.Layer> layers,
            String sample)
            implements RunEvent {}

    /**
     * What the heads do.
     *
     * @param heads the measures of each, by layer and head
     * @param planted how well the planted links have been learned; null if nothing was planted
     */
    record Measured(
            int step,
            List<List<Map<HeadMeasure, Double>>> heads,
            @Nullable Learned planted) implements RunEvent {

        /**
         * Scores on held-out sentences of the toy corpus.
         *
         * @param placeAccuracy the share of places, across a clause with another animal, that were the likeliest next word
         * @param numberAccuracy the share of {@code was} and {@code were}, across a clause, that were likelier than the other
         */
        public record Learned(double placeAccuracy, int places, double numberAccuracy, int numbers) {}
    }

    /**
     * Something happened for the first time.
     *
     * @param layer the layer of the head that it is about, from 0; null for the whole model
     * @param head the head, from 0
     * @param measure the measure that shows it
     * @param value its value
     * @param text one sentence
     */
    record Caption(
            int step,
            @Nullable Integer layer,
            @Nullable Integer head,
            @Nullable HeadMeasure measure,
            double value,
            String text)
            implements RunEvent {}

    /**
     * Somebody changed the run.
     *
     * @param setting what: {@code rate}, a factor on both learning rates
     */
    record Changed(int step, String setting, double from, double to) implements RunEvent {}

    /**
     * The run has ended, or this part of it.
     *
     * @param ending {@code complete}, {@code patience}, {@code interrupted} or {@code failed}
     * @param bestStep the step of the best evaluation; null if there was none
     * @param page the file in the run's folder that shows it again
     * @param next commands to go on with
     * @param reason why it failed, as a sentence; null if it did not
     */
    record Ended(
            int step,
            String ending,
            @Nullable Integer bestStep,
            @Nullable Double bestValidationLoss,
            String page,
            List<String> next,
            @Nullable String reason)
            implements RunEvent {}

    /**
     * How the run stands now; never kept.
     *
     * @param stepsPerSecond the limit on its speed; null for none
     * @param rate the factor on both learning rates
     * @param loss the mean training loss since the last frame or state
     */
    record State(
            int step,
            boolean paused,
            @Nullable Double stepsPerSecond,
            double rate,
            int viewers,
            @Nullable Double loss,
            double tokensPerSecond,
            double seconds)
            implements RunEvent {}
}
