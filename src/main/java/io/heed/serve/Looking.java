package io.heed.serve;

import io.heed.checkpoint.LanguageModel;
import io.heed.inspect.Recording;
import io.heed.model.ModelConfig;
import io.heed.model.Trace.Step;
import io.heed.text.Encoded;
import io.heed.text.Encoded.Span;
import io.heed.text.EndEncoder.End;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.exc.JacksonIOException;

/** {@code /api/attention}: which tokens of a text each head reads. */
final class Looking {

    /** So many weights of all heads together are recorded at most: 64 MB. */
    private static final long MOST_RECORDED = 1L << 24;

    /** So many are told at most. */
    private static final long MOST_TOLD = 1L << 22;

    /** So many answers are sent at once at most: each has a thread of its own. */
    private static final int AT_ONCE = 32;

    /** Whoever reads an answer more slowly than this, in bytes a second, is not waited for. */
    private static final int SLOWEST = 1 << 14;

    /** After an answer of more weights than this, memory is given back. */
    private static final int LARGE = 1 << 20;

    /** So long after the last one, so that one after the other costs nothing more. */
    private static final int SECONDS_LATER = 5;

    private final LanguageModel model;
    private final ModelConfig config;
    private final Turns turns;
    private final Turns encoding;
    private final Duration patience;
    private final int room;
    private final Semaphore free;
    private final AtomicInteger large = new AtomicInteger();

    /**
     * Creates one that looks at nothing yet.
     *
     * @param turns who reads texts
     * @param encoding who cuts long texts into tokens
     * @param patience from when on a client that reads slowly is not waited for
     * @param memory how many bytes the weights of all answers that are under way may take, about
     */
    Looking(LanguageModel model, Turns turns, Turns encoding, Duration patience, long memory) {
        this.model = model;
        this.turns = turns;
        this.encoding = encoding;
        this.patience = patience;
        config = model.transformer().config();
        room = (int) Math.max(MOST_RECORDED, Math.min(Integer.MAX_VALUE, memory / Float.BYTES));
        free = new Semaphore(room);
    }

    /** What is asked. */
    private record Asked(String text, int[] layers, int[] heads) {}

    CompletableFuture<Answer> answer(byte[] body, Call call) {
        Question question = new Question(body, "text", "layer", "head");
        String text = question.text("text");
        OptionalInt layer = question.index("layer", config.layers());
        OptionalInt head = question.index("head", config.heads());
        Asked asked = new Asked(text, chosen(layer, config.layers()), chosen(head, config.heads()));
        return call.until(encoding.take(() -> model.encodeEnd(text, most(), call::check)))
                .thenCompose(end -> look(asked, end, call));
    }

    private CompletableFuture<Answer> look(Asked asked, End end, Call call) {
        Encoded read = end.tokens();
        long told = (long) read.length() * read.length() / 2 * asked.layers.length * asked.heads.length;
        if (told > MOST_TOLD) {
            throw new Problem(
                    400,
                    "the maps have %d weights, more than %d; ask for one layer or head, or give a shorter text"
                            .formatted(told, MOST_TOLD));
        }
        int size = Math.max(room / AT_ONCE, read.length() * read.length() * config.layers() * config.heads());
        if (!free.tryAcquire(size)) {
            throw Problem.busy("other answers have the room for weights; try again, or ask of a shorter text");
        }
        return call.until(recording(asked, read, size))
                .<Answer>thenApply(recording -> response -> {
                    try {
                        send(asked, end, recording, response);
                    } finally {
                        release(size);
                    }
                })
                .whenComplete((answer, failure) -> {
                    if (failure != null) {
                        release(size);
                    }
                });
    }

    /** Makes room. Without a collection the heap would stay as large as it was for the largest answers, however long ago. */
    private void release(int size) {
        free.release(size);
        if (size > LARGE) {
            int number = large.incrementAndGet();
            CompletableFuture.delayedExecutor(SECONDS_LATER, TimeUnit.SECONDS).execute(() -> {
                if (large.get() == number && free.availablePermits() == room) {
                    System.gc();
                }
            });
        }
    }

    /** Begins to record; gives the room back where that cannot begin. */
    private CompletableFuture<Recording> recording(Asked asked, Encoded read, int size) {
        try {
            return turns.take(() -> Recording.of(model, asked.text, read, Set.of(Step.WEIGHTS)));
        } catch (Problem busy) {
            free.release(size);
            throw busy;
        }
    }

    private void send(Asked asked, End end, Recording recording, HttpServletResponse response) throws IOException {
        response.setContentType("application/json");
        OutputStream out = new Patient(response.getOutputStream(), patience, SLOWEST);
        try (JsonGenerator json = Json.writing(out)) {
            json.writeStartObject();
            json.writeStringProperty("text", asked.text);
            json.writeNumberProperty("layers", config.layers());
            json.writeNumberProperty("heads", config.heads());
            json.writeNumberProperty("omitted", end.omitted());
            writeTokens(json, end.tokens());
            json.writeArrayPropertyStart("maps");
            for (int layer : asked.layers) {
                for (int head : asked.heads) {
                    json.writeStartObject();
                    json.writeNumberProperty("layer", layer);
                    json.writeNumberProperty("head", head);
                    writeVisible(json, recording.weights(layer, head));
                    json.writeEndObject();
                }
            }
            json.writeEndArray();
            json.writeEndObject();
        } catch (JacksonIOException e) {
            throw e.getCause();
        }
    }

    /** The longest text whose maps may be recorded. */
    private int most() {
        double square = (double) MOST_RECORDED / (config.layers() * config.heads());
        return Math.max(1, Math.min(model.context(), (int) Math.sqrt(square)));
    }

    private static int[] chosen(OptionalInt one, int count) {
        return one.isPresent()
                ? new int[] {one.getAsInt()}
                : IntStream.range(0, count).toArray();
    }

    private static void writeTokens(JsonGenerator json, Encoded text) {
        json.writeArrayPropertyStart("tokens");
        for (int i = 0; i < text.length(); i++) {
            Span span = text.spans().get(i);
            json.writeStartObject();
            json.writeStringProperty("token", text.tokens().get(i));
            json.writeStringProperty("shown", text.shown().get(i));
            json.writeNumberProperty("start", span.start());
            json.writeNumberProperty("end", span.end());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    /** Writes the keys that each query may read: those from the first to the query itself. */
    private static void writeVisible(JsonGenerator json, float[][] weights) {
        json.writeArrayPropertyStart("weights");
        for (int query = 0; query < weights.length; query++) {
            json.writeStartArray();
            for (int key = 0; key <= query; key++) {
                json.writeNumber(weights[query][key]);
            }
            json.writeEndArray();
        }
        json.writeEndArray();
    }
}
