package io.heed.serve.model;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.heed.Json;
import io.heed.checkpoint.LanguageModel;
import io.heed.predict.Generated;
import io.heed.predict.Generation;
import io.heed.predict.GenerationSettings;
import io.heed.predict.Sampling;
import io.heed.serve.Call;
import io.heed.serve.Problem;
import io.heed.serve.Question;
import io.heed.serve.Reply;
import io.heed.text.tokenizer.Encoded;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;

/**
 * {@code /api/generate}: the continuation of a text, sent token by token as server-sent events.
 *
 * <p>Each token takes a turn of its own, and no turn is held while sending, so a slow client keeps nobody from computing.
 */
final class GenerateRoute {

    /**
     * A token of the continuation.
     *
     * @param piece the text that is certain now
     * @param token as the vocabulary spells it
     * @param id its id
     * @param probability its probability under the model
     */
    record Token(String piece, String token, int id, double probability) {}

    /**
     * The end of a continuation.
     *
     * @param ending why it ends
     * @param text the whole continuation
     * @param tokens its number of tokens
     */
    record End(String ending, String text, int tokens) {}

    private static final int MOST_TOKENS = 10_000;
    private static final int USUAL_TOKENS = 50;
    private static final int MOST_STOPS = 16;

    /** The number of texts continued at once: each has a cache of its own. */
    private static final int AT_ONCE = 8;

    private final LanguageModel model;
    private final FairWorkers turns;
    private final FairWorkers encoding;
    private final ModelMetrics metrics;
    private final Semaphore free = new Semaphore(AT_ONCE);
    private volatile boolean stopping;

    /**
     * Creates the route.
     *
     * @param turns the workers that generate tokens
     * @param encoding the worker that cuts long texts into tokens
     */
    GenerateRoute(LanguageModel model, FairWorkers turns, FairWorkers encoding, ModelMetrics metrics) {
        this.model = model;
        this.turns = turns;
        this.encoding = encoding;
        this.metrics = metrics;
    }

    CompletableFuture<Reply> answer(byte[] body, Call call) {
        Question question = new Question(
                body, "text", "tokens", "temperature", "top_k", "top_p", "min_p", "repetition_penalty", "stop", "seed");
        List<String> stops = question.texts("stop", MOST_STOPS);
        if (stops.contains("")) {
            throw new Problem(400, "stop: has an empty string");
        }
        Sampling sampling = new Sampling(
                question.real("temperature", 0),
                question.whole("top_k", 0, 0, Integer.MAX_VALUE),
                question.real("top_p", 1),
                question.real("min_p", 0),
                question.real("repetition_penalty", 1),
                question.seed("seed", 1));
        int tokens = question.whole("tokens", USUAL_TOKENS, 1, MOST_TOKENS);
        String text = question.text("text");
        GenerationSettings settings = new GenerationSettings(tokens, sampling, stops, 1, 0);
        return call.until(encoding.take(() ->
                        model.encodeEnd(text, model.context(), call::check).tokens()))
                .thenApply(prompt -> response -> send(prompt, settings, call, response));
    }

    private void send(Encoded prompt, GenerationSettings settings, Call call, HttpServletResponse response)
            throws IOException, InterruptedException {
        if (!free.tryAcquire()) {
            throw Problem.busy("%d texts are already being continued; try again".formatted(AT_ONCE));
        }
        try (Generation generation = new Generation(model, List.of(prompt), settings)) {
            send(generation, call, response);
        } finally {
            free.release();
        }
    }

    private void send(Generation generation, Call call, HttpServletResponse response)
            throws IOException, InterruptedException {
        response.setContentType("text/event-stream");
        response.setHeader("X-Accel-Buffering", "no"); // a proxy is to pass on each token
        OutputStream out = response.getOutputStream();
        boolean late = false;
        while (!generation.isDone() && !stopping && !late) {
            try {
                out.write(turns.step(() -> step(generation), call));
                metrics.generated();
                out.flush(); // fails when the client has gone
            } catch (Problem over) {
                if (!response.isCommitted()) {
                    throw over;
                }
                late = true; // what was sent stays, and the end event says why
            }
        }
        Generated result = generation.results().get(0);
        String ending =
                generation.isDone() ? result.ending().name().toLowerCase(Locale.ROOT) : stopping ? "shutdown" : "time";
        out.write(event("end", new End(ending, result.text(), result.tokens().size())));
        out.flush();
    }

    private static byte[] step(Generation generation) {
        List<byte[]> told = new ArrayList<>();
        generation.step((row, piece, written) ->
                told.add(event("token", new Token(piece, written.token(), written.id(), written.probability()))));
        return told.get(0);
    }

    private static byte[] event(String name, Record data) {
        return "event: %s\ndata: %s\n\n".formatted(name, Json.ascii(data)).getBytes(US_ASCII);
    }

    /** Ends all continuations at their next token. */
    void stop() {
        stopping = true;
    }
}
