package io.heed.checkpoint;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.heed.TaskResult;
import io.heed.kernels.GradMode;
import io.heed.kernels.PackedWeights;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Packs matrices in int8, some at a time, each by one thread, and keeps them in the order in which they come. */
final class Packer implements AutoCloseable {

    /** The most at a time, so that their numbers take little memory. */
    private static final int MOST = 4;

    private final PackedWeights weights;
    private final int atOnce = Math.min(MOST, Runtime.getRuntime().availableProcessors());
    private final ExecutorService threads = Executors.newFixedThreadPool(atOnce, Packer::thread);
    private final Deque<CompletableFuture<PackedWeights.Packed>> packing = new ArrayDeque<>();
    private long next;

    /** Creates a packer for a model that has no packed weights. */
    Packer(PackedWeights weights) {
        this.weights = weights;
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "heed-packing");
        thread.setDaemon(true);
        return thread;
    }

    /**
     * Packs a matrix and keeps it, at the latest when {@link #finish} is called.
     *
     * @param owner the manager of the result
     * @param reading the manager of the matrix, which is closed
     * @param parts the matrix, as {@link PackedWeights#pack} takes it
     * @return what takes its place among the weights
     */
    NDArray pack(NDManager owner, NDManager reading, NDList parts) {
        if (packing.size() == atOnce) {
            keepFirst();
        }
        packing.add(CompletableFuture.supplyAsync(
                () -> {
                    try (GradMode off = GradMode.off()) {
                        return weights.pack(reading, parts);
                    }
                },
                threads));
        return owner.create(next++);
    }

    /** Waits until all are kept. */
    void finish() {
        while (!packing.isEmpty()) {
            keepFirst();
        }
    }

    private void keepFirst() {
        weights.keep(TaskResult.of(packing.remove()));
    }

    /** Gives up what is not kept. */
    @Override
    public void close() {
        for (CompletableFuture<PackedWeights.Packed> last : packing) {
            last.thenAccept(PackedWeights.Packed::close)
                    .exceptionally(failure -> null)
                    .join();
        }
        threads.shutdown();
    }
}
