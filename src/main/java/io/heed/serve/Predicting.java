package io.heed.serve;

import io.heed.checkpoint.LanguageModel;
import io.heed.predict.NextWord;
import io.heed.predict.NextWords;
import io.heed.text.Detokenizer;
import io.heed.text.Encoded;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** {@code /api/predict}: the next words of one text or of several. */
final class Predicting {

    private static final int MOST_TEXTS = 256;
    private static final int MOST_WORDS = 1000;
    private static final int USUAL_WORDS = 5;

    private final LanguageModel model;
    private final PredictQueue queue;
    private final Duration patience;

    Predicting(LanguageModel model, PredictQueue queue, Duration patience) {
        this.model = model;
        this.queue = queue;
        this.patience = patience;
    }

    Map<String, Object> answer(byte[] body) throws InterruptedException {
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
        List<Encoded> encoded = texts.stream().map(model::encode).toList();
        List<Encoded> read =
                encoded.stream().map(each -> each.last(model.context())).toList();
        List<NextWords> words =
                waitFor(queue.ask(read.stream().map(Encoded::ids).toList(), top));
        List<Map<String, Object>> answers = new ArrayList<>();
        for (int i = 0; i < words.size(); i++) {
            Map<String, Object> answer = new LinkedHashMap<>();
            answer.put("next", next(words.get(i), top, pieces ? read.get(i) : null));
            answer.put("entropy", words.get(i).entropy());
            answer.put("tokens", read.get(i).length());
            answer.put("omitted", encoded.get(i).length() - read.get(i).length());
            answer.put("unknown", encoded.get(i).unknown());
            answers.add(answer);
        }
        return one ? answers.get(0) : Map.of("answers", answers);
    }

    private List<NextWords> waitFor(CompletableFuture<List<NextWords>> answer) throws InterruptedException {
        try {
            return answer.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new Problem(
                    503, "nothing could be computed within %d s".formatted(patience.toSeconds()), "Retry-After", "1");
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } finally {
            answer.cancel(false); // nobody waits for it any more
        }
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
                each.put("piece", Detokenizer.text(model.tokenizer(), text.ids(), word.id()));
                each.put("ends", model.tokenizer().ends().contains(word.id()));
            }
            next.add(each);
        }
        return next;
    }
}
