package io.heed.inspect.page;

import io.heed.inspect.Maps;
import io.heed.inspect.Recording;
import io.heed.inspect.Tensor;
import io.heed.inspect.evidence.Evidence;
import io.heed.inspect.evidence.Findings;
import io.heed.inspect.evidence.HeadAblation;
import io.heed.inspect.evidence.LensLayer;
import io.heed.inspect.evidence.LogitAttribution;
import io.heed.inspect.heads.HeadCard;
import io.heed.inspect.heads.HeadMeasure;
import io.heed.inspect.page.PageContent.Found;
import io.heed.model.Trace.Step;
import io.heed.text.tokenizer.Encoded;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** Contents of pages that are made up. */
final class MadeUp {

    private MadeUp() {}

    /** What was found out about layer 1, head 2, and one guess of the logit lens. */
    static Findings findings(String sentence, double entropy) {
        HeadCard card = new HeadCard(1, 2, sentence, "", Map.of(HeadMeasure.ENTROPY, entropy));
        LensLayer lens = new LensLayer(-1, List.of(List.of(new LensLayer.Guess("Ġcat", "\" cat\"", .75))));
        return new Findings(
                List.of(card),
                evidence(List.of(new HeadAblation(1, 2, -.25, -.125)), List.of(lens)),
                List.of(),
                List.of());
    }

    static Evidence evidence(List<HeadAblation> ablations, List<LensLayer> lens) {
        return new Evidence("Ġmat", "\" mat\"", .5, ablations, new LogitAttribution(0, 0, 0, List.of()), lens);
    }

    /** Weights of the right number, all 0. */
    static Recording even(int layers, int heads, int length) {
        Tensor weights = new Tensor(new long[] {heads, length, length}, new float[heads * length * length]);
        List<String> tokens = Collections.nCopies(length, "a");
        Encoded encoded =
                new Encoded(new long[length], tokens, Collections.nCopies(length, new Encoded.Span(0, 1)), List.of());
        return Maps.recording("a", encoded, Collections.nCopies(layers, Map.of(Step.WEIGHTS, weights)), Map.of());
    }

    /** Recordings whose labels are their numbers, from 0. */
    static PageContent content(List<Recording> recordings) {
        List<Found> found = new ArrayList<>();
        for (Recording recording : recordings) {
            found.add(new Found(String.valueOf(found.size()), found.size(), recording, Findings.NONE));
        }
        return new PageContent(found);
    }
}
