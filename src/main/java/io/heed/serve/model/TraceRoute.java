package io.heed.serve.model;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.heed.checkpoint.LanguageModel;
import io.heed.inspect.Recording;
import io.heed.inspect.ShownToken;
import io.heed.inspect.evidence.AblatedModel;
import io.heed.inspect.evidence.Evidence;
import io.heed.inspect.evidence.HeadComputation;
import io.heed.inspect.evidence.HeadEffects;
import io.heed.inspect.evidence.LensLayer.Guess;
import io.heed.inspect.evidence.LogitAttribution;
import io.heed.model.Distribution;
import io.heed.model.Head;
import io.heed.model.Trace.Step;
import io.heed.model.shape.ModelConfig;
import io.heed.serve.Call;
import io.heed.serve.Problem;
import io.heed.serve.Question;
import io.heed.serve.Reply;
import io.heed.text.tokenizer.Encoded;
import io.heed.text.tokenizer.TailEncoder.End;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** {@code /api/trace}: what one head computes at one position, and what each head does to the next word there. */
final class TraceRoute {

    private final Recorder recorder;
    private final LanguageModel model;
    private final ModelConfig config;
    private final Set<Step> steps;

    TraceRoute(Recorder recorder) {
        this.recorder = recorder;
        model = recorder.model();
        config = recorder.config();
        steps = EnumSet.copyOf(HeadComputation.needed(model));
        steps.addAll(HeadEffects.needed(model));
    }

    /**
     * What happens in a text.
     *
     * @param text the text
     * @param omitted the number of tokens at the text's start that were not read
     * @param tokens the tokens read
     * @param layers the number of the model's layers
     * @param heads the number of heads of each
     * @param position the position looked at, from 0
     * @param layer the layer looked at, from 0
     * @param head the head looked at, from 0
     * @param next what comes next there, without the heads that are ablated
     * @param effects what the whole model's answer is there without each head, or null if that takes too long
     * @param why why it is null
     * @param computation what the head computes, in the model without the heads that are ablated
     */
    record Traced(
            String text,
            int omitted,
            List<ShownToken> tokens,
            int layers,
            int heads,
            int position,
            int layer,
            int head,
            List<Guess> next,
            @Nullable HeadEffects effects,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            String why,

            HeadComputation computation) {}

    /** The request. */
    private record Asked(
            String text, Question question, @Nullable Head head, List<Head> ablate) {}

    /** What was found out about the whole model. */
    private record Found(Head head, @Nullable HeadEffects effects) {}

    CompletableFuture<Reply> answer(byte[] body, Call call) {
        Question question = new Question(body, "text", "position", "layer", "head", "ablate");
        String text = question.text("text");
        OptionalInt layer = question.index("layer", config.layers());
        OptionalInt head = question.index("head", config.heads());
        if (layer.isPresent() != head.isPresent()) {
            throw new Problem(400, "give both layer and head, or neither");
        }
        Head chosen = layer.isPresent() && head.isPresent() ? new Head(layer.getAsInt(), head.getAsInt()) : null;
        Asked asked = new Asked(text, question, chosen, question.heads("ablate", config));
        return recorder.encode(call, () -> recorder.end(text, model.context(), call))
                .thenCompose(end -> trace(asked, end, call));
    }

    private CompletableFuture<Reply> trace(Asked asked, End end, Call call) {
        int length = end.tokens().length();
        int recordings = asked.ablate.isEmpty() ? 1 : 2; // with all heads, and without some
        int longest = recorder.longest(steps, recordings);
        if (length > longest) {
            throw new Problem(
                    400,
                    "the text has %d tokens, more than the %d that can be traced; give a shorter text"
                            .formatted(length, longest));
        }
        int position = asked.question.whole("position", length - 1, 0, length - 1);
        return recorder.answer(steps, length, recordings, call, () -> trace(asked, end, position, call));
    }

    private Traced trace(Asked asked, End end, int position, Call call) {
        Encoded read = end.tokens();
        Recording whole = Recording.of(model, asked.text, read, steps);
        Found found = found(asked, whole, position, call);
        call.check();
        Recording recording =
                asked.ablate.isEmpty() ? whole : new AblatedModel(model, asked.ablate).record(asked.text, read, steps);
        Head head = found.head;
        return new Traced(
                asked.text,
                end.omitted(),
                ShownToken.of(read),
                config.layers(),
                config.heads(),
                position,
                head.layer(),
                head.head(),
                Guess.likeliest(model, recording.logits(position), HeadEffects.GUESSES),
                found.effects,
                found.effects == null
                        ? "what each of the %d heads does would take too long to find for this text"
                                .formatted(config.layers() * config.heads())
                        : null,
                HeadComputation.of(model, recording, position, head.layer(), head.head()));
    }

    private Found found(Asked asked, Recording whole, int position, Call call) {
        if (!Evidence.isQuick(model, position + 1)) {
            return new Found(asked.head == null ? largestShare(whole, position) : asked.head, null);
        }
        HeadEffects effects = HeadEffects.at(model, whole, position, call::check);
        return new Found(asked.head == null ? effects.strongest() : asked.head, effects);
    }

    /** The head that contributes most to the answer's logit, which needs no further pass. */
    private Head largestShare(Recording whole, int position) {
        int answer = Distribution.likeliest(whole.logits(position));
        return LogitAttribution.of(model, whole, position, answer).parts().stream()
                .filter(part -> part.head() >= 0)
                .max(Comparator.comparingDouble(part -> Math.abs(part.logit())))
                .map(part -> new Head(part.layer(), part.head()))
                .orElseThrow();
    }
}
