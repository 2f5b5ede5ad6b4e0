package io.heed.inspect.files;

import io.heed.inspect.Evidence;
import io.heed.inspect.HeadAblation;
import io.heed.inspect.HeadCard;
import io.heed.inspect.LensLayer;
import io.heed.inspect.Recording;
import java.util.List;

/**
 * What {@link AttentionPage} shows. The page leaves out what is empty.
 *
 * @param recordings one or more, which the page compares: two texts, two models, or the checkpoints of one run in their order
 * @param cards what the heads of the first recording's model do
 * @param ablations what the first recording's predictions lose without a head
 * @param lens what the first recording's layers would predict
 */
public record PageContent(
        List<Labelled> recordings, List<HeadCard> cards, List<HeadAblation> ablations, List<LensLayer> lens) {

    /**
     * A recording and its name on the page. It needs the step {@code WEIGHTS}; {@code UNMASKED_SCORES}, {@code QUERY}, {@code KEY} and
     * {@code LOGITS} are shown where they were recorded.
     *
     * @param label what tells it from the others, such as a step of the training
     */
    public record Labelled(String label, Recording recording) {}

    /** Copies the lists. */
    public PageContent {
        if (recordings.isEmpty()) {
            throw new IllegalArgumentException("a page needs a recording");
        }
        recordings = List.copyOf(recordings);
        cards = List.copyOf(cards);
        ablations = List.copyOf(ablations);
        lens = List.copyOf(lens);
    }

    /** One recording alone. */
    public static PageContent of(Recording recording) {
        return new PageContent(List.of(new Labelled(recording.text(), recording)), List.of(), List.of(), List.of());
    }

    /** One recording with what is known of its model's heads and of its prediction. */
    public static PageContent of(Recording recording, List<HeadCard> cards, Evidence evidence) {
        return new PageContent(
                List.of(new Labelled(recording.text(), recording)), cards, evidence.ablations(), evidence.lens());
    }
}
