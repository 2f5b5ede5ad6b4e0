package io.heed.inspect.files;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.heed.inspect.Links;
import io.heed.inspect.Links.Link;
import io.heed.inspect.Recording;
import io.heed.inspect.TokenAlignment;
import io.heed.inspect.evidence.ActivationPatching;
import io.heed.inspect.evidence.Evidence;
import io.heed.inspect.evidence.LensLayer.Guess;
import io.heed.inspect.evidence.ScoreAttribution;
import io.heed.inspect.heads.HeadSummary;
import io.heed.inspect.heads.HeadsThen;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The content of an {@link AttentionReport}, to write as JSON. What was not asked for is left out.
 *
 * @param text what was read
 * @param tokens its tokens, as the vocabulary spells them
 * @param next the likeliest tokens that come next, the likeliest first
 * @param strongestLinks the strongest links of each head, the strongest first
 * @param heads what each head does
 * @param evidence what the likeliest next token depends on
 * @param scores why heads look where they do, of the cells that were asked for
 * @param comparedWith the other text
 * @param recoveredByPatching for each layer's input and pair of tokens the share of the way from the other text's prediction back to this one's
 * @param recoveredByHead the same for each layer and head
 * @param overTraining what the heads did earlier in training
 * @param files what was written
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record AttentionResult(
        String text,
        List<String> tokens,
        List<Guess> next,
        List<Link> strongestLinks,
        List<HeadSummary> heads,
        @Nullable Evidence evidence,
        @Nullable List<ScoreAttribution> scores,
        @Nullable Compared comparedWith,
        double @Nullable [][] recoveredByPatching,
        double @Nullable [][] recoveredByHead,
        @Nullable List<HeadsThen> overTraining,
        List<Path> files) {

    private static final int LINKS_PER_HEAD = 3;

    /**
     * The text that a text is compared with.
     *
     * @param text what was read
     * @param tokens its tokens, as the vocabulary spells them
     * @param next the likeliest tokens that come next, the likeliest first
     * @param aligned which tokens of both texts correspond
     */
    public record Compared(String text, List<String> tokens, List<Guess> next, List<TokenAlignment.Pair> aligned) {}

    /**
     * A report on several texts.
     *
     * @param texts the number of texts
     * @param heads what each head does over all of them
     * @param files what was written
     */
    public record OfTexts(int texts, List<HeadSummary> heads, List<Path> files) {}

    /** The report on one text. */
    public static AttentionResult of(AttentionReport report, List<Path> files) {
        Recording recording = report.recording();
        ActivationPatching patching = report.patching();
        return new AttentionResult(
                recording.text(),
                recording.encoded().tokens(),
                report.answers().get(0).next(),
                report.cards().stream()
                        .flatMap(card -> Links.strongest(recording, card.layer(), card.head(), LINKS_PER_HEAD).stream())
                        .toList(),
                report.heads(),
                report.evidence(),
                report.scores().isEmpty() ? null : report.scores(),
                patching == null ? null : compared(report.answers().get(1), patching),
                patching == null ? null : patching.recovered(),
                patching == null ? null : patching.byHead(),
                report.history().isEmpty() ? null : report.history(),
                files);
    }

    private static Compared compared(AttentionReport.Answer other, ActivationPatching patching) {
        return new Compared(other.text(), patching.corrupted().tokens(), other.next(), patching.aligned());
    }
}
