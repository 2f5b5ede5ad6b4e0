package io.heed.serve.model;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.heed.checkpoint.LanguageModel;
import io.heed.inspect.Recording;
import io.heed.inspect.ShownToken;
import io.heed.inspect.TokenAlignment;
import io.heed.inspect.evidence.ActivationPatching;
import io.heed.inspect.evidence.HeadEffects;
import io.heed.inspect.evidence.LensLayer.Guess;
import io.heed.model.Trace.Step;
import io.heed.serve.Call;
import io.heed.serve.Problem;
import io.heed.serve.Question;
import io.heed.serve.Reply;
import io.heed.text.tokenizer.Encoded;
import io.heed.text.tokenizer.TailEncoder.End;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** {@code /api/compare}: what a model predicts after two texts, and where in the model the difference lies. */
final class CompareRoute {

    private final Recorder recorder;
    private final LanguageModel model;
    private final Set<Step> steps;

    CompareRoute(Recorder recorder) {
        this.recorder = recorder;
        model = recorder.model();
        steps = EnumSet.of(Step.WEIGHTS); // computed for all steps, though not kept
        steps.addAll(ActivationPatching.needed(model));
    }

    /**
     * Two texts.
     *
     * @param texts both
     * @param aligned which of their tokens correspond
     * @param recoveredByPatching for each layer's input and each of {@code aligned} the share of the way from the second text's
     *     prediction back to the first's; null where it was not computed
     * @param recoveredByHead the same for each layer and head
     * @param sentence where the difference lies
     * @param why why nothing is known about that
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Compared(
            List<Side> texts,
            List<TokenAlignment.Pair> aligned,
            double @Nullable [][] recoveredByPatching,
            double @Nullable [][] recoveredByHead,
            @Nullable String sentence,
            @Nullable String why) {}

    /**
     * One text.
     *
     * @param text the text
     * @param omitted the number of tokens at its start that were not read
     * @param tokens the tokens read
     * @param next what comes next, the likeliest first
     */
    record Side(String text, int omitted, List<ShownToken> tokens, List<Guess> next) {}

    /** The request, and the ends of both texts. */
    private record Asked(String text, String other, End first, End second) {}

    CompletableFuture<Reply> answer(byte[] body, Call call) {
        Question question = new Question(body, "text", "other");
        String text = question.text("text");
        String other = question.text("other");
        return recorder.encode(
                        call,
                        () -> new Asked(
                                text,
                                other,
                                recorder.end(text, model.context(), call),
                                recorder.end(other, model.context(), call)))
                .thenCompose(asked -> compare(asked, call));
    }

    private CompletableFuture<Reply> compare(Asked asked, Call call) {
        int length =
                Math.max(asked.first.tokens().length(), asked.second.tokens().length());
        int longest = recorder.longest(steps, 2);
        if (length > longest) {
            throw new Problem(
                    400,
                    "a text has %d tokens, more than the %d that can be compared; give a shorter text"
                            .formatted(length, longest));
        }
        return recorder.answer(steps, length, 2, call, () -> compared(asked, call));
    }

    private Compared compared(Asked asked, Call call) {
        Encoded first = asked.first.tokens();
        Encoded second = asked.second.tokens();
        Recording ofFirst = Recording.of(model, asked.text, first, ActivationPatching.needed(model));
        Recording ofSecond = Recording.of(model, asked.other, second, ActivationPatching.needed(model));
        List<Side> sides = List.of(side(ofFirst, asked.first), side(ofSecond, asked.second));
        String why = obstacle(sides, Math.max(first.length(), second.length()));
        if (why != null) {
            return new Compared(sides, TokenAlignment.of(first, second), null, null, null, why);
        }
        ActivationPatching patching = ActivationPatching.of(model, ofFirst, ofSecond, call::check);
        return new Compared(
                sides, patching.aligned(), patching.recovered(), patching.byHead(), patching.sentence(model), null);
    }

    private @Nullable String obstacle(List<Side> sides, int length) {
        String answer = sides.get(0).next.get(0).token();
        if (answer.equals(sides.get(1).next.get(0).token())) {
            return "both texts are followed by %s"
                    .formatted(sides.get(0).next.get(0).shown());
        }
        return ActivationPatching.isQuick(model, length)
                ? null
                : "to patch %d positions and every head would take too long".formatted(length);
    }

    private Side side(Recording read, End end) {
        float[] logits = read.logits(read.length() - 1);
        return new Side(
                read.text(),
                end.omitted(),
                ShownToken.of(end.tokens()),
                Guess.likeliest(model, logits, HeadEffects.GUESSES));
    }
}
