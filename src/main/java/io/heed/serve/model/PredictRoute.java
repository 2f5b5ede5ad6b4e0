package io.heed.serve.model;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.heed.checkpoint.LanguageModel;
import io.heed.inspect.evidence.AblatedModel;
import io.heed.model.Distribution;
import io.heed.model.Head;
import io.heed.model.Trace.Step;
import io.heed.model.shape.ModelConfig;
import io.heed.predict.NextWords;
import io.heed.serve.Call;
import io.heed.serve.Problem;
import io.heed.serve.Question;
import io.heed.serve.Reply;
import io.heed.text.tokenizer.Detokenizer;
import io.heed.text.tokenizer.Encoded;
import io.heed.text.tokenizer.TailEncoder;
import io.heed.text.tokenizer.TailEncoder.End;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** {@code /api/predict}: the next words of one text or of several. */
final class PredictRoute {

    private static final int MOST_TEXTS = 256;
    private static final int MOST_WORDS = 1000;
    private static final int USUAL_WORDS = 5;

    /** The most words for all texts of a request together: some 10 MB while they are written. */
    private static final int MOST_ANSWERED = 1 << 15;

    private final LanguageModel model;
    private final PredictQueue queue;
    private final FairWorkers turns;
    private final FairWorkers encoding;

    /**
     * Creates the route.
     *
     * @param queue where the whole model reads texts
     * @param turns the workers that read texts without some heads
     * @param encoding the worker that cuts long texts into tokens
     */
    PredictRoute(LanguageModel model, PredictQueue queue, FairWorkers turns, FairWorkers encoding) {
        this.model = model;
        this.queue = queue;
        this.turns = turns;
        this.encoding = encoding;
    }

    /**
     * Answers to several texts.
     *
     * @param answers one per text, in order
     */
    record OfTexts(List<OfText> answers) {}

    /**
     * The next words of a text.
     *
     * @param next the likeliest tokens, the likeliest first
     * @param entropy of the distribution over the whole vocabulary, in nats
     * @param tokens the number of tokens read
     * @param omitted the number of chars at the text's start that were not read
     * @param unknown the words of the text that the tokenizer does not know
     */
    record OfText(List<Word> next, double entropy, int tokens, int omitted, List<String> unknown) {}

    /**
     * A token that may come next.
     *
     * @param token as the vocabulary spells it
     * @param shown as people see it
     * @param id its id
     * @param probability from 0 to 1
     * @param logProbability its natural logarithm, null if that is not finite
     * @param piece what it adds to the text, if pieces are requested
     * @param ends whether it ends the text, if pieces are requested
     */
    record Word(
            String token,
            String shown,
            int id,
            double probability,
            double logProbability,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            String piece,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Boolean ends) {}

    /** The request. */
    private record Asked(
            List<String> texts, boolean one, int top, boolean pieces, List<Head> ablate, double temperature) {

        static Asked of(byte[] body, ModelConfig config) {
            Question question = new Question(body, "text", "texts", "top", "pieces", "ablate", "temperature");
            if (question.has("text") == question.has("texts")) {
                throw new Problem(400, "give either text or texts");
            }
            boolean one = question.has("text");
            List<String> texts = one ? List.of(question.text("text")) : question.texts("texts", MOST_TEXTS);
            int top = question.whole("top", USUAL_WORDS, 1, MOST_WORDS);
            boolean pieces = question.flag("pieces");
            List<Head> ablate = question.heads("ablate", config);
            if (!one && !ablate.isEmpty()) {
                throw new Problem(400, "ablate: goes with text, not with texts");
            }
            if (texts.isEmpty()) {
                throw new Problem(400, "texts: is empty");
            }
            if (texts.size() * top > MOST_ANSWERED) {
                throw new Problem(
                        400,
                        "the answer would have %d words, more than %d; give fewer texts or a smaller top"
                                .formatted(texts.size() * top, MOST_ANSWERED));
            }
            return new Asked(texts, one, top, pieces, ablate, question.above0("temperature", 1));
        }
    }

    CompletableFuture<Reply> answer(byte[] body, Call call) {
        Asked asked = Asked.of(body, model.transformer().config());
        return encoded(asked.texts, call)
                .thenCompose(texts -> call.until(words(asked, texts))
                        .thenApply(words -> response ->
                                Reply.json(answer(asked, texts, words)).send(response)));
    }

    private CompletableFuture<List<NextWords>> words(Asked asked, List<End> texts) {
        List<long[]> ids = texts.stream().map(text -> text.tokens().ids()).toList();
        if (asked.ablate.isEmpty()) {
            return queue.ask(ids, asked.top, asked.temperature);
        }
        long[] read = ids.get(0);
        int longest = RecordingMemory.longest(model.transformer().config(), Set.of(Step.WEIGHTS, Step.LOGITS), 1);
        if (read.length > longest) {
            throw new Problem(
                    400,
                    "ablate: the text has %d tokens, more than the %d that can be read without some heads; give a shorter text"
                            .formatted(read.length, longest));
        }
        return turns.take(() -> {
            float[] logits = new AblatedModel(model, asked.ablate).next(read);
            return List.of(NextWords.of(new Distribution(logits, asked.temperature), asked.top, model.tokenizer()));
        });
    }

    private CompletableFuture<List<End>> encoded(List<String> texts, Call call) {
        Supplier<List<End>> work = () -> texts.stream()
                .map(text -> model.encodeEnd(text, model.context(), call::check))
                .toList();
        return texts.stream().mapToInt(String::length).sum() <= TailEncoder.SHORT
                ? CompletableFuture.completedFuture(work.get())
                : call.until(encoding.take(work));
    }

    private Record answer(Asked asked, List<End> texts, List<NextWords> words) {
        List<OfText> answers = new ArrayList<>();
        for (int i = 0; i < words.size(); i++) {
            Encoded read = texts.get(i).tokens();
            answers.add(new OfText(
                    next(words.get(i), asked.top, asked.pieces ? read : null),
                    words.get(i).entropy(),
                    read.length(),
                    texts.get(i).omitted(),
                    read.unknown()));
        }
        return asked.one ? answers.get(0) : new OfTexts(answers);
    }

    private List<Word> next(NextWords words, int top, @Nullable Encoded text) {
        return words.likeliest().stream()
                .limit(top)
                .map(word -> new Word(
                        word.token(),
                        model.tokenizer().vocabulary().shown(word.id()),
                        word.id(),
                        word.probability(),
                        word.logProbability(),
                        text == null ? null : Detokenizer.text(model.tokenizer(), text, word.id()),
                        text == null
                                ? null
                                : model.tokenizer().sentenceMarks().ends().contains(word.id())))
                .toList();
    }
}
