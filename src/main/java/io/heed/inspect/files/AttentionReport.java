package io.heed.inspect.files;

import io.heed.checkpoint.LanguageModel;
import io.heed.inspect.Recording;
import io.heed.inspect.evidence.ActivationPatching;
import io.heed.inspect.evidence.Evidence;
import io.heed.inspect.evidence.Findings;
import io.heed.inspect.evidence.HeadEffects;
import io.heed.inspect.evidence.LensLayer;
import io.heed.inspect.evidence.ScoreAttribution;
import io.heed.inspect.heads.HeadCard;
import io.heed.inspect.heads.HeadCards;
import io.heed.inspect.heads.HeadStatistics;
import io.heed.inspect.heads.HeadSummary;
import io.heed.inspect.heads.HeadsThen;
import io.heed.inspect.page.PageContent;
import io.heed.inspect.page.PageContent.Found;
import io.heed.text.tokenizer.Encoded;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A report on one text, and on those it is compared with. */
public final class AttentionReport {

    private static final int GUESSES = 3;

    /**
     * What comes next after a text.
     *
     * @param text what was read
     * @param next the likeliest tokens, the likeliest first
     */
    public record Answer(String text, List<LensLayer.Guess> next) {}

    private final List<Found> recordings = new ArrayList<>();
    private final List<Answer> answers = new ArrayList<>();
    private final HeadCards describing;
    private final List<HeadSummary> heads;
    private final boolean evidence;
    private List<ScoreAttribution> scores = List.of();
    private @Nullable ActivationPatching patching;
    private PageContent.@Nullable Comparison comparison;
    private @Nullable Recording comparedWith;

    /**
     * Analyses one text.
     *
     * @param label what distinguishes its recording from others on the page
     * @param statistics the statistics of that recording
     * @param describing describes the model's heads
     * @param evidence whether to gather evidence, for the other recordings too
     */
    public AttentionReport(
            LanguageModel model,
            String label,
            Recording recording,
            HeadStatistics statistics,
            HeadCards describing,
            boolean evidence) {
        this.evidence = evidence;
        this.describing = describing;
        heads = HeadSummary.of(describing, statistics);
        add(model, heads.stream().map(HeadSummary::card).toList(), label, null, recording);
        answers.add(answer(model, recording));
    }

    private static Answer answer(LanguageModel model, Recording recording) {
        float[] logits = recording.logits(recording.length() - 1);
        return new Answer(recording.text(), LensLayer.Guess.likeliest(model, logits, GUESSES));
    }

    private void add(
            LanguageModel model, List<HeadCard> cards, String label, @Nullable Integer step, Recording recording) {
        List<LensLayer.Guess> next =
                LensLayer.Guess.likeliest(model, recording.logits(recording.length() - 1), HeadEffects.GUESSES);
        recordings.add(new Found(label, step, recording, Findings.of(model, cards, recording, evidence), next));
    }

    /** Adds why heads look where they do in the text. */
    public void explain(List<ScoreAttribution> found) {
        scores = List.copyOf(found);
    }

    /** Reads another text and locates the difference in the model. */
    public void compare(LanguageModel model, String text, Encoded encoded) {
        patching = ActivationPatching.of(model, recording().encoded(), encoded);
        comparison = PageContent.Comparison.of(model, patching);
        Recording other = Recording.of(model, text, encoded, Findings.needed(evidence));
        comparedWith = other;
        add(model, describing.of(other), text, null, other);
        answers.add(answer(model, other));
    }

    /**
     * Reads the text with a run's model at a training step.
     *
     * @param encoded the text as that model's tokenizer cuts it
     */
    public void then(int step, LanguageModel model, Encoded encoded) {
        Recording then = Recording.of(model, recording().text(), encoded, Findings.needed(evidence));
        add(model, new HeadCards(model).of(then), "step " + step, step, then);
    }

    /** The text and what the model computed with it. */
    public Recording recording() {
        return recordings.get(0).recording();
    }

    /** What comes next after the text, and after the one it is compared with. */
    public List<Answer> answers() {
        return answers;
    }

    /** What each head does, in the order of layers and heads. */
    public List<HeadSummary> heads() {
        return heads;
    }

    /** What each head does in the text. */
    public List<HeadCard> cards() {
        return recordings.get(0).findings().cards();
    }

    /** The evidence for the likeliest next token, or null if it was not asked for. */
    public @Nullable Evidence evidence() {
        return recordings.get(0).findings().evidence();
    }

    /** What the likeliest next token is without each head, or null if that was not asked for. */
    public @Nullable HeadEffects effects() {
        List<HeadEffects> effects = recordings.get(0).findings().effects();
        return effects.isEmpty() ? null : effects.get(effects.size() - 1);
    }

    /** Why heads look where they do, of the cells that were asked for. */
    public List<ScoreAttribution> scores() {
        return scores;
    }

    /**
     * The text that it is compared with.
     *
     * @throws NullPointerException if there is none
     */
    public Recording comparedWith() {
        return Objects.requireNonNull(comparedWith);
    }

    /** Where the text differs from the one it is compared with, or null if there is none. */
    public @Nullable ActivationPatching patching() {
        return patching;
    }

    /** What the heads did at earlier training steps. */
    public List<HeadsThen> history() {
        List<HeadsThen> history = new ArrayList<>();
        for (Found found : recordings) {
            Integer step = found.step();
            if (step != null) {
                history.add(new HeadsThen(step, found.findings().cards()));
            }
        }
        return history;
    }

    /** The text's recording, and those it is compared with. */
    public PageContent content() {
        return new PageContent("", recordings, comparison);
    }
}
