package io.heed.serve;

import io.heed.checkpoint.LanguageModel;
import io.heed.predict.NextWord;
import io.heed.predict.NextWords;
import io.heed.text.Detokenizer;
import io.heed.text.Encoded;
import io.heed.text.EndEncoder;
import io.heed.text.EndEncoder.End;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** {@code /api/predict}: the next words of one text or of several. */
final class Predicting {

    private static final int MOST_TEXTS = 256;
    private static final int MOST_WORDS = 1000;
    private static final int USUAL_WORDS = 5;

    /** All texts of a request together get at most this many words, some 10 MB while they are written. */
    private static final int MOST_ANSWERED = 1 << 15;

    private final LanguageModel model;
    private final PredictQueue queue;
    private final Turns encoding;

    /** @param encoding who cuts long texts into tokens */
    Predicting(LanguageModel model, PredictQueue queue, Turns encoding) {
        this.model = model;
        this.queue = queue;
        this.encoding = encoding;
    }

    /** What is asked. */
    private record Asked(List<String> texts, boolean one, int top, boolean pieces) {

        static Asked of(byte[] body) {
            Question question = new Question(body, "text", "texts", "top", "pieces");
            if (question.has("text") == question.has("texts")) {
                throw new Problem(400, "give either text or texts");
            }
            boolean one = question.has("text");
            List<String> texts = one ? List.of(question.text("text")) : question.texts("texts", MOST_TEXTS);
            int top = question.whole("top", USUAL_WORDS, 1, MOST_WORDS);
            boolean pieces = question.flag("pieces");
            if (texts.isEmpty()) {
                throw new Problem(400, "texts: is empty");
            }
            if (texts.size() * top > MOST_ANSWERED) {
                throw new Problem(
                        400,
                        "the answer would have %d words, more than %d; give fewer texts or a smaller top"
                                .formatted(texts.size() * top, MOST_ANSWERED));
            }
            return new Asked(texts, one, top, pieces);
        }
    }

    CompletableFuture<Answer> answer(byte[] body, Call call) {
        Asked asked = Asked.of(body);
        return encoded(asked.texts, call)
                .thenCompose(texts -> call.until(queue.ask(
                                texts.stream().map(text -> text.tokens().ids()).toList(), asked.top))
                        .thenApply(words -> response ->
                                Answer.json(answer(asked, texts, words)).send(response)));
    }

    private CompletableFuture<List<End>> encoded(List<String> texts, Call call) {
        Supplier<List<End>> work = () -> texts.stream()
                .map(text -> model.encodeEnd(text, model.context(), call::check))
                .toList();
        return texts.stream().mapToInt(String::length).sum() <= EndEncoder.SHORT
                ? CompletableFuture.completedFuture(work.get())
                : call.until(encoding.take(work));
    }

    private Map<String, Object> answer(Asked asked, List<End> texts, List<NextWords> words) {
        List<Map<String, Object>> answers = new ArrayList<>();
        for (int i = 0; i < words.size(); i++) {
            Encoded read = texts.get(i).tokens();
            Map<String, Object> answer = new LinkedHashMap<>();
            answer.put("next", next(words.get(i), asked.top, asked.pieces ? read : null));
            answer.put("entropy", words.get(i).entropy());
            answer.put("tokens", read.length());
            answer.put("omitted", texts.get(i).omitted());
            answer.put("unknown", read.unknown());
            answers.add(answer);
        }
        return asked.one ? answers.get(0) : Map.of("answers", answers);
    }

    private List<Map<String, Object>> next(NextWords words, int top, @Nullable Encoded text) {
        List<Map<String, Object>> next = new ArrayList<>();
        for (NextWord word :
                words.likeliest().subList(0, Math.min(top, words.likeliest().size()))) {
            Map<String, Object> each = new LinkedHashMap<>();
            each.put("token", word.token());
            each.put("shown", model.tokenizer().shown(word.id()));
            each.put("id", word.id());
            each.put("probability", word.probability());
            each.put("logProbability", word.probability() > 0 ? word.logProbability() : null);
            if (text != null) {
                each.put("piece", Detokenizer.text(model.tokenizer(), text, word.id()));
                each.put("ends", model.tokenizer().ends().contains(word.id()));
            }
            next.add(each);
        }
        return next;
    }
}
