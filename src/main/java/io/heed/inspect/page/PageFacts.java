package io.heed.inspect.page;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.heed.inspect.Recording;
import io.heed.inspect.ShownToken;
import io.heed.inspect.evidence.Evidence;
import io.heed.inspect.evidence.HeadAblation;
import io.heed.inspect.evidence.LensLayer.Guess;
import io.heed.inspect.heads.HeadCard;
import io.heed.inspect.heads.HeadMeasure;
import io.heed.inspect.page.PageContent.Found;
import io.heed.model.Distribution;
import io.heed.model.Trace.Step;
import io.heed.model.shape.SlidingWindow;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;

/**
 * What a page holds of a recording besides its large arrays, as its script reads it; docs/formats.md explains every key.
 *
 * @param width the width of the residual stream, or 0 if it was not recorded
 * @param positions whether positions are added to embeddings
 * @param measures what is measured of heads, in the order of the cards' values
 * @param window how far back some layers see, or null if all see every earlier position
 * @param valueLengths whether the page holds the lengths of what keys write
 * @param lens whether it holds the logit lens
 * @param effects whether it holds the effects of heads
 * @param scoreTerms whether it holds the largest terms of scores
 */
record PageFacts(
        String label,
        @Nullable Integer step,
        String text,
        int layers,
        int heads,
        int headSize,
        int width,
        boolean positions,
        List<ShownToken> tokens,
        List<Float> surprise,
        List<HeadMeasure> measures,
        List<Card> cards,
        List<Guess> next,
        @Nullable Prediction prediction,
        List<HeadAblation> ablations,
        @Nullable SlidingWindow window,
        boolean valueLengths,
        boolean lens,
        boolean effects,
        boolean scoreTerms) {

    /**
     * Escapes all but ASCII, since a token may be half an emoji, which is not valid UTF-8. Measures need no more digits than a float32 has:
     * of 270 heads, the others would take 20 KB.
     */
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
            .addModule(new SimpleModule().addSerializer(Double.class, new AsFloat()))
            .build();

    private static final class AsFloat extends ValueSerializer<Double> {
        @Override
        public void serialize(Double value, JsonGenerator json, SerializationContext context) {
            context.writeValue(json, value.floatValue());
        }
    }

    /** A head's card, with the values of the page's measures in their order, null for one that it lacks: a name in each would take 50 KB of 270 heads. */
    record Card(
            int layer,
            int head,

            @JsonProperty("key_head") @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Integer keyHead,

            String sentence,
            String elsewhere,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) String circuit,
            List<@Nullable Double> values) {

        static List<Card> all(List<HeadCard> cards, List<HeadMeasure> measures) {
            return cards.stream()
                    .map(card -> new Card(
                            card.layer(),
                            card.head(),
                            card.keyHead(),
                            card.sentence(),
                            card.elsewhere(),
                            card.circuit(),
                            measures.stream()
                                    .<@Nullable Double>map(card.measures()::get)
                                    .toList()))
                    .toList();
        }
    }

    private static List<HeadMeasure> measures(List<HeadCard> cards) {
        return cards.stream()
                .flatMap(card -> card.measures().keySet().stream())
                .distinct()
                .toList();
    }

    record Prediction(String token, String shown, double probability) {}

    static PageFacts of(Found found) {
        Recording maps = found.recording();
        int headSize = maps.has(Step.QUERY) ? (int) maps.get(0, Step.QUERY).shape()[2] : 0;
        int width = maps.has(Step.RESIDUAL_BEFORE)
                ? (int) maps.get(0, Step.RESIDUAL_BEFORE).shape()[1]
                : 0;
        Evidence evidence = found.findings().evidence();
        List<HeadMeasure> measures = measures(found.findings().cards());
        return new PageFacts(
                found.label(),
                found.step(),
                maps.text(),
                maps.layers(),
                maps.heads(),
                headSize,
                width,
                maps.has(Step.POSITION_EMBEDDING),
                ShownToken.of(maps.encoded()),
                surprise(maps),
                measures,
                Card.all(found.findings().cards(), measures),
                found.next(),
                evidence == null ? null : new Prediction(evidence.token(), evidence.shown(), evidence.probability()),
                evidence == null ? List.of() : evidence.ablations(),
                found.findings().window(),
                !found.findings().valueLengths().isEmpty(),
                evidence != null,
                !found.findings().effects().isEmpty(),
                found.findings().terms() != null);
    }

    /** Returns JSON in which no browser finds the end of the script element that holds it. */
    static String json(Object value) {
        return JSON.writeValueAsString(value).replace("<", "\\u003c");
    }

    /** For each token but the first, minus the logarithm of its probability given those before it, in nats; empty without logits. */
    private static List<Float> surprise(Recording maps) {
        List<Float> surprise = new ArrayList<>();
        if (maps.has(Step.LOGITS)) {
            for (int i = 1; i < maps.length(); i++) {
                int told = Math.toIntExact(maps.encoded().ids()[i]);
                surprise.add((float) -new Distribution(maps.logits(i - 1)).logProbability(told));
            }
        }
        return surprise;
    }
}
