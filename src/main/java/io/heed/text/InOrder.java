package io.heed.text;

import io.heed.TaskResult;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.Function;

/** Work shared by all cores, with results in the order of the items. */
public final class InOrder {

    private InOrder() {}

    /**
     * Processes items in other threads, a few at a time, and collects the results in this one.
     *
     * @throws RuntimeException the exception of the first item that failed
     */
    public static <A, B> void map(Iterator<? extends A> items, Function<A, B> work, Consumer<B> take) {
        map(items, Math.min(8, Runtime.getRuntime().availableProcessors()), work, take);
    }

    /**
     * Processes items in a number of threads; at most one more result is held than there are threads.
     *
     * @throws RuntimeException the exception of the first item that failed
     */
    public static <A, B> void map(Iterator<? extends A> items, int threads, Function<A, B> work, Consumer<B> take) {
        ExecutorService pool = Executors.newFixedThreadPool(threads, task -> {
            Thread thread = new Thread(task, "heed-text");
            thread.setDaemon(true);
            return thread;
        });
        try {
            Deque<CompletableFuture<B>> running = new ArrayDeque<>();
            while (items.hasNext() || !running.isEmpty()) {
                while (items.hasNext() && running.size() <= threads) {
                    A item = items.next();
                    running.add(CompletableFuture.supplyAsync(() -> work.apply(item), pool));
                }
                take.accept(TaskResult.of(running.remove()));
            }
        } finally {
            pool.shutdownNow();
        }
    }
}
