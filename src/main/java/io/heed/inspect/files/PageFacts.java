package io.heed.inspect.files;

import io.heed.inspect.HeadAblation;
import io.heed.inspect.HeadCard;
import io.heed.inspect.LensLayer;
import io.heed.inspect.Probabilities;
import io.heed.inspect.Recording;
import io.heed.inspect.files.PageContent.Labelled;
import io.heed.model.Trace.Step;
import io.heed.text.Encoded.Span;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.json.JsonMapper;

/** All of a page's content but its large arrays, as the page's script reads it; docs/formats.md explains every key. */
record PageFacts(
        int bits,
        boolean scores,
        boolean queriesAndKeys,
        List<Reading> recordings,
        List<HeadCard> cards,
        List<HeadAblation> ablations,
        List<LensLayer> lens) {

    /** Half an emoji, which a token may be, is not valid UTF-8: so all but ASCII is escaped. */
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    record Reading(
            String label,
            String text,
            int layers,
            int heads,
            int headSize,
            List<Token> tokens,
            List<Double> surprise) {}

    record Token(String token, int start, int end) {}

    static PageFacts of(PageContent content, PageNumbers numbers) {
        return new PageFacts(
                8 * numbers.precision().bytes(),
                numbers.scores(),
                numbers.queriesAndKeys(),
                content.recordings().stream().map(PageFacts::reading).toList(),
                content.cards(),
                content.ablations(),
                content.lens());
    }

    /** Returns the JSON, in which no browser finds the end of the script element that holds it. */
    String json() {
        return JSON.writeValueAsString(this).replace("<", "\\u003c");
    }

    private static Reading reading(Labelled labelled) {
        Recording maps = labelled.recording();
        List<Token> tokens = new ArrayList<>();
        for (int i = 0; i < maps.length(); i++) {
            Span span = maps.encoded().spans().get(i);
            tokens.add(new Token(maps.encoded().tokens().get(i), span.start(), span.end()));
        }
        int headSize = maps.perLayer().get(0).containsKey(Step.QUERY)
                ? (int) maps.get(0, Step.QUERY).shape()[2]
                : 0;
        return new Reading(
                labelled.label(), maps.text(), maps.layers(), maps.heads(), headSize, tokens, surprise(maps));
    }

    /** For each token but the first, how many nats it costs to be told it after those before it; empty without logits. */
    private static List<Double> surprise(Recording maps) {
        List<Double> surprise = new ArrayList<>();
        if (maps.outside().containsKey(Step.LOGITS)) {
            for (int i = 1; i < maps.length(); i++) {
                int told = Math.toIntExact(maps.encoded().ids()[i]);
                surprise.add(-Probabilities.log(maps.logits(i - 1), told));
            }
        }
        return surprise;
    }
}
