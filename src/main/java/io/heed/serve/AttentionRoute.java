package io.heed.serve;

import io.heed.Json;
import io.heed.checkpoint.LanguageModel;
import io.heed.inspect.Recording;
import io.heed.model.Trace.Step;
import io.heed.model.shape.ModelConfig;
import io.heed.text.tokenizer.Encoded;
import io.heed.text.tokenizer.Encoded.Span;
import io.heed.text.tokenizer.TailEncoder.End;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** {@code /api/attention}: which tokens of a text each head reads. */
final class AttentionRoute {

    /** The most weights of all heads that are recorded: 64 MB. */
    private static final long MOST_RECORDED = 1L << 24;

    /** The most weights of an answer. */
    private static final long MOST_TOLD = 1L << 22;

    /** The most answers sent at once: each has a thread of its own. */
    private static final int AT_ONCE = 32;

    /** The slowest client that is waited for, in bytes per second. */
    private static final int SLOWEST = 1 << 14;

    /** The number of weights from which an answer's memory is returned to the system. */
    private static final int LARGE = 1 << 20;

    /** The delay after the last such answer, so that a series of answers returns memory only once. */
    private static final int SECONDS_LATER = 5;

    private final LanguageModel model;
    private final ModelConfig config;
    private final FairWorkers turns;
    private final FairWorkers encoding;
    private final Duration patience;
    private final int room;
    private final Semaphore free;
    private final AtomicInteger large = new AtomicInteger();

    /**
     * Creates the route.
     *
     * @param turns the workers that read texts
     * @param encoding the worker that cuts long texts into tokens
     * @param patience the time after which a slow client is disconnected
     * @param memory about how many bytes the weights of all answers in progress may take
     */
    AttentionRoute(LanguageModel model, FairWorkers turns, FairWorkers encoding, Duration patience, long memory) {
        this.model = model;
        this.turns = turns;
        this.encoding = encoding;
        this.patience = patience;
        config = model.transformer().config();
        room = (int) Math.max(MOST_RECORDED, Math.min(Integer.MAX_VALUE, memory / Float.BYTES));
        free = new Semaphore(room);
    }

    /**
     * The attention of a text.
     *
     * @param text the text
     * @param layers the number of the model's layers
     * @param heads the number of heads of each
     * @param omitted the number of chars at the text's start that were not read
     * @param tokens the tokens read
     * @param maps the requested maps, computed as they are written
     */
    record Looked(String text, int layers, int heads, int omitted, List<Token> tokens, Iterator<HeadMap> maps) {}

    /**
     * A token of the text.
     *
     * @param token as the vocabulary spells it
     * @param shown as people see it
     * @param start the index of its first char
     * @param end the index after its last char
     */
    record Token(String token, String shown, int start, int end) {}

    /**
     * The map of one head.
     *
     * @param layer the layer, from 0
     * @param head the head, from 0
     * @param weights for each query those of the keys from the first to the query itself
     */
    record HeadMap(int layer, int head, float[][] weights) {}

    /** The request. */
    private record Asked(String text, int[] layers, int[] heads) {}

    CompletableFuture<Reply> answer(byte[] body, Call call) {
        Question question = new Question(body, "text", "layer", "head");
        String text = question.text("text");
        OptionalInt layer = question.index("layer", config.layers());
        OptionalInt head = question.index("head", config.heads());
        Asked asked = new Asked(text, chosen(layer, config.layers()), chosen(head, config.heads()));
        return call.until(encoding.take(() -> model.encodeEnd(text, most(), call::check)))
                .thenCompose(end -> look(asked, end, call));
    }

    private CompletableFuture<Reply> look(Asked asked, End end, Call call) {
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
            throw Problem.busy("other answers use the memory for weights; try again, or send a shorter text");
        }
        return call.until(recording(asked, read, size))
                .<Reply>thenApply(recording -> response -> {
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

    /** Returns memory to the system. Without a collection the heap would stay as large as for the largest answers ever. */
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

    /** Starts to record; releases the memory if that fails. */
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
        OutputStream out = new SlowClientOutput(response.getOutputStream(), patience, SLOWEST);
        Iterator<HeadMap> maps = IntStream.of(asked.layers)
                .boxed()
                .flatMap(layer -> IntStream.of(asked.heads)
                        .mapToObj(head -> new HeadMap(layer, head, visible(recording.weights(layer, head)))))
                .iterator();
        Json.write(
                out,
                new Looked(asked.text, config.layers(), config.heads(), end.omitted(), tokens(end.tokens()), maps));
    }

    /** Returns the length of the longest text whose maps may be recorded. */
    private int most() {
        double square = (double) MOST_RECORDED / (config.layers() * config.heads());
        return Math.max(1, Math.min(model.context(), (int) Math.sqrt(square)));
    }

    private static int[] chosen(OptionalInt one, int count) {
        return one.isPresent()
                ? new int[] {one.getAsInt()}
                : IntStream.range(0, count).toArray();
    }

    private static List<Token> tokens(Encoded text) {
        return IntStream.range(0, text.length())
                .mapToObj(i -> {
                    Span span = text.spans().get(i);
                    return new Token(text.tokens().get(i), text.shown().get(i), span.start(), span.end());
                })
                .toList();
    }

    /** Returns the keys that each query may read: those from the first to the query itself. */
    private static float[][] visible(float[][] weights) {
        return IntStream.range(0, weights.length)
                .mapToObj(query -> Arrays.copyOf(weights[query], query + 1))
                .toArray(float[][]::new);
    }
}
