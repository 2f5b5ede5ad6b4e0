package io.heed.serve.model;

import io.heed.predict.NextWordPredictor;
import io.heed.predict.NextWords;
import io.heed.serve.Problem;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Texts waiting for their next words. One thread reads all waiting texts at once, since reading eight together takes hardly longer than
 * reading one.
 */
final class PredictQueue implements AutoCloseable {

    /** The number of texts read at once: more would take longer, and the next ones wait. */
    private static final int BATCH = 64;

    private record Waiting(
            List<long[]> texts, int top, double temperature, CompletableFuture<List<NextWords>> answer) {}

    private final NextWordPredictor predictor;
    private final ModelMetrics metrics;
    private final int room;
    private final Deque<Waiting> queue = new ArrayDeque<>();
    private final Thread reader = new Thread(this::readAll, "heed-predict");
    private int length; // texts in the queue
    private boolean closed;

    /**
     * Starts.
     *
     * @param room the number of texts that may wait
     */
    PredictQueue(NextWordPredictor predictor, int room, ModelMetrics metrics) {
        this.predictor = predictor;
        this.room = room;
        this.metrics = metrics;
        reader.setDaemon(true);
        reader.start();
    }

    /**
     * Requests the next words of some texts.
     *
     * @param texts at least one token each
     * @param top the least number of words for each
     * @param temperature T, above 0: probabilities are softmax(logits / T)
     * @return the result; a cancelled one is not computed
     * @throws Problem if too many are waiting
     */
    synchronized CompletableFuture<List<NextWords>> ask(List<long[]> texts, int top, double temperature) {
        if (closed || (length > 0 && length + texts.size() > room)) {
            throw Problem.busy("%d texts are already waiting; try again".formatted(length));
        }
        Waiting waiting = new Waiting(texts, top, temperature, new CompletableFuture<>());
        queue.add(waiting);
        length += texts.size();
        metrics.queueLength(length);
        notifyAll();
        return waiting.answer;
    }

    private void readAll() {
        try {
            while (true) {
                read(take());
            }
        } catch (InterruptedException e) {
            // closed, and nothing waits
        }
    }

    private synchronized List<Waiting> take() throws InterruptedException {
        while (queue.isEmpty()) {
            if (closed) {
                throw new InterruptedException();
            }
            wait();
        }
        List<Waiting> some = new ArrayList<>();
        int texts = 0;
        while (!queue.isEmpty() && (texts == 0 || texts + queue.element().texts.size() <= BATCH)) {
            Waiting next = queue.remove();
            length -= next.texts.size();
            if (!next.answer.isDone()) {
                some.add(next);
                texts += next.texts.size();
            }
        }
        metrics.queueLength(length);
        return some;
    }

    private void read(List<Waiting> some) {
        if (some.isEmpty()) {
            return;
        }
        try {
            answer(some);
        } catch (RuntimeException | Error e) { // out of memory, anywhere; this thread has to continue
            if (some.size() == 1) {
                some.get(0).answer.completeExceptionally(e);
            } else { // the others must not suffer
                some.forEach(waiting -> read(List.of(waiting)));
            }
        }
    }

    private void answer(List<Waiting> some) {
        List<long[]> texts =
                some.stream().flatMap(waiting -> waiting.texts.stream()).toList();
        int top = some.stream().mapToInt(Waiting::top).max().orElseThrow();
        List<Double> temperatures = some.stream()
                .flatMap(waiting -> Collections.nCopies(waiting.texts.size(), waiting.temperature).stream())
                .toList();
        metrics.batch(texts.size());
        List<NextWords> answers = predictor.next(texts, top, temperatures);
        int from = 0;
        for (Waiting waiting : some) {
            int to = from + waiting.texts.size();
            waiting.answer.complete(answers.subList(from, to));
            from = to;
        }
    }

    /** Accepts nothing more, and ends when all waiting texts are answered. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        try {
            reader.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
