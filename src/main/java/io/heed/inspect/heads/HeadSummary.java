package io.heed.inspect.heads;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.heed.inspect.HeadSimilarity;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one head does, the number of places behind it, and the most similar head.
 *
 * @param card its card
 * @param places the number of places each of the card's measures is the mean of, by the same names
 * @param neighbour the most similar head, or null in a model of a single head or if heads were not compared
 */
public record HeadSummary(
        @JsonUnwrapped HeadCard card,
        Map<HeadMeasure, Long> places,

        @JsonProperty("most_similar") @JsonInclude(JsonInclude.Include.NON_NULL)
        HeadSimilarity.@Nullable Neighbour neighbour) {

    /** Summarises all heads, in the order of layers and heads. */
    public static List<HeadSummary> of(HeadCards cards, HeadStatistics statistics) {
        HeadSimilarity.Neighbour[] neighbours = statistics.similarity().neighbours();
        List<HeadSummary> heads = new ArrayList<>();
        for (HeadCard card : cards.of(statistics)) {
            HeadSimilarity.Neighbour neighbour = neighbours.length == 0 ? null : neighbours[heads.size()];
            heads.add(new HeadSummary(card, cards.places(statistics, card.layer(), card.head()), neighbour));
        }
        return heads;
    }
}
