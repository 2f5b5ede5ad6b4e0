package io.heed.watch;

import io.heed.inspect.heads.HeadCard;
import io.heed.text.corpus.FrequencyLosses;
import io.heed.watch.RunEvent.Caption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * What happens for the first time in a run: a head begins to do something, from the value on that its card names; the loss falls below
 * what a simpler prediction loses.
 */
final class FirstTimes {

    private final Set<String> seen = new HashSet<>();

    /** Takes note of a caption that an earlier part of the run gave. */
    void seen(JsonNode caption) {
        seen.add(
                caption.path("measure").isString()
                        ? "%d·%d %s"
                                .formatted(
                                        caption.path("layer").asInt(),
                                        caption.path("head").asInt(),
                                        caption.path("measure").asString())
                        : what(caption.path("text").asString("")));
    }

    /** Says what heads do now and have not done before. */
    List<Caption> of(int step, List<HeadCard> cards) {
        List<Caption> captions = new ArrayList<>();
        for (HeadCard card : cards) {
            card.measures().forEach((measure, value) -> {
                if (value >= measure.clear() // never for NaN
                        && !measure.deed().isEmpty()
                        && seen.add("%d·%d %s".formatted(card.layer(), card.head(), measure))) {
                    captions.add(new Caption(
                            step,
                            card.layer(),
                            card.head(),
                            measure,
                            value,
                            "step %d: head %d·%d first %s, %s"
                                    .formatted(step, card.layer(), card.head(), measure.deed(), measure.where())));
                }
            });
        }
        return captions;
    }

    /** Says which simpler predictions an evaluation beats that none before has beaten. */
    List<Caption> of(int step, double loss, FrequencyLosses references) {
        List<Caption> captions = new ArrayList<>();
        below(captions, step, loss, references.words(), "guessing by how frequent words are");
        below(captions, step, loss, references.pairs(), "guessing from the word before");
        return captions;
    }

    private void below(List<Caption> captions, int step, double loss, double bound, String what) {
        if (loss < bound && seen.add(what)) {
            captions.add(new Caption(
                    step,
                    null,
                    null,
                    null,
                    loss,
                    String.format(
                            Locale.ROOT, "step %d: better than %s (loss %.2f, below %.2f)", step, what, loss, bound)));
        }
    }

    private static String what(String text) {
        return text.replaceFirst("^step \\d+: better than ", "").replaceFirst(" \\(loss.*", "");
    }
}
