package io.heed.inspect.page;

import io.heed.inspect.Recording;
import io.heed.inspect.evidence.Findings;
import io.heed.model.Trace.Step;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What {@link AttentionPage} shows: one recording or more, which it compares: two texts, two models, or the checkpoints of one run in
 * their order.
 *
 * @param recordings the first is shown first, and is there however large it is
 */
public record PageContent(List<Found> recordings) {

    /** What a page shows of a recording. */
    private static final Set<Step> SHOWN =
            EnumSet.of(Step.WEIGHTS, Step.UNMASKED_SCORES, Step.QUERY, Step.KEY, Step.LOGITS);

    /**
     * A recording and what was found out about it. It needs the step {@code WEIGHTS}; {@code UNMASKED_SCORES}, {@code QUERY}, {@code KEY}
     * and {@code LOGITS} are shown where they were recorded. Other steps are let go, so that many recordings fit into memory.
     *
     * @param label what tells it from the others
     * @param step after how many steps of training its model read, or null where that is no matter
     */
    public record Found(String label, @Nullable Integer step, Recording recording, Findings findings) {

        /** Lets go what no page shows. */
        public Found {
            recording = recording.only(SHOWN);
        }
    }

    /** Copies the list. */
    public PageContent {
        if (recordings.isEmpty()) {
            throw new IllegalArgumentException("a page needs a recording");
        }
        recordings = List.copyOf(recordings);
    }

    /** One recording alone. */
    public static PageContent of(Recording recording, Findings findings) {
        return new PageContent(List.of(new Found(recording.text(), null, recording, findings)));
    }

    /** The labels of recordings that the page leaves out, since with them it would be too large however its weights are rounded. */
    public List<String> leftOut() {
        return recordings.size() == 1 ? List.of() : PageFit.of(this).leftOut();
    }
}
