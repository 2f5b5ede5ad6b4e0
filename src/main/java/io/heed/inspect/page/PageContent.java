package io.heed.inspect.page;

import io.heed.checkpoint.LanguageModel;
import io.heed.inspect.Recording;
import io.heed.inspect.TokenAlignment;
import io.heed.inspect.evidence.ActivationPatching;
import io.heed.inspect.evidence.Findings;
import io.heed.inspect.evidence.LensLayer.Guess;
import io.heed.model.Trace.Step;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What {@link AttentionPage} shows: one recording, or several to compare, such as two texts, two models, or the checkpoints of one run in
 * order.
 *
 * @param model what the model is called, or "" if that is not known
 * @param recordings the recordings; the first is shown first, and is included however large it is
 * @param comparison where the first two differ, or null if that is not known
 */
public record PageContent(
        String model, List<Found> recordings, @Nullable Comparison comparison) {

    /** What a page shows of a recording. */
    private static final Set<Step> SHOWN =
            EnumSet.of(Step.WEIGHTS, Step.UNMASKED_SCORES, Step.QUERY, Step.KEY, Step.VALUE, Step.LOGITS);

    /**
     * A recording and what is known about it. It needs the step {@code WEIGHTS}; {@code UNMASKED_SCORES}, {@code QUERY}, {@code KEY},
     * {@code VALUE} and {@code LOGITS} are shown if they were recorded, and so are steps as wide as the residual stream if they are
     * small. Other steps are dropped, so that many recordings fit into memory.
     *
     * @param label what distinguishes it from the others
     * @param step the training step of its model, or null if that does not matter
     * @param next the likeliest tokens after the text, the likeliest first; may be empty
     */
    public record Found(
            String label, @Nullable Integer step, Recording recording, Findings findings, List<Guess> next) {

        /** Drops what no page shows. */
        public Found {
            Set<Step> shown = EnumSet.copyOf(SHOWN);
            if (PageFit.haveRoom(recording)) {
                shown.addAll(PageFit.STREAMS);
            }
            recording = recording.only(shown);
            next = List.copyOf(next);
        }

        /** One of which the next tokens are not known. */
        public Found(String label, @Nullable Integer step, Recording recording, Findings findings) {
            this(label, step, recording, findings, List.of());
        }
    }

    /**
     * Where two texts differ, and where in the model what it predicts after them does.
     *
     * @param aligned which of their tokens correspond
     * @param recoveredByHead for each layer and head the share of the way from the second text's prediction back to the first's that the
     *     head restores
     * @param sentence where the difference lies
     */
    public record Comparison(List<TokenAlignment.Pair> aligned, double[][] recoveredByHead, String sentence) {

        /** What patching one text with the other found. */
        public static Comparison of(LanguageModel model, ActivationPatching patching) {
            return new Comparison(patching.aligned(), patching.byHead(), patching.sentence(model));
        }
    }

    /** Copies the list. */
    public PageContent {
        if (recordings.isEmpty()) {
            throw new IllegalArgumentException("a page needs a recording");
        }
        recordings = List.copyOf(recordings);
    }

    /** Recordings without a comparison. */
    public PageContent(List<Found> recordings) {
        this("", recordings, null);
    }

    /** The same, of a model that is called so. */
    public PageContent named(String name) {
        return new PageContent(name, recordings, comparison);
    }

    /** One recording alone. */
    public static PageContent of(Recording recording, Findings findings) {
        return new PageContent(List.of(new Found(recording.text(), null, recording, findings)));
    }

    /** The labels of recordings that the page leaves out, since with them it would be too large even with rounded weights. */
    public List<String> leftOut() {
        return recordings.size() == 1 ? List.of() : PageFit.of(this).leftOut();
    }
}
