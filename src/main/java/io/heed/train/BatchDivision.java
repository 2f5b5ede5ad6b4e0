package io.heed.train;

import ai.djl.Device;
import io.heed.config.RunConfig;
import io.heed.kernels.Arithmetic;

/**
 * How a batch is divided among threads.
 *
 * @param parts the number of parts, a power of two, at most the rows of a batch, so that any lower power of two of threads shares them
 *     equally
 * @param replicas the number of replicas, a power of two, at most the parts
 * @param operationThreads how many threads the engine may use inside an operation of a replica
 */
record BatchDivision(int parts, int replicas, int operationThreads) {

    /** The fewest positions in a part: on a CPU, such parts are as fast as any (docs/performance.md). */
    private static final int POSITIONS = 384;

    /** The same in bfloat16, where every part converts all weights and their gradients once, and products take less time beside that. */
    private static final int POSITIONS_IN_BFLOAT16 = 1024;

    private static final int MOST_PARTS = 16;

    /** Divides the batches of a run. A CUDA device is fastest with a single part. */
    static BatchDivision of(RunConfig config, Device device, Arithmetic arithmetic) {
        return of(config, device, arithmetic, Runtime.getRuntime().availableProcessors());
    }

    /**
     * Divides the batches of a run that may use only some of this machine's cores.
     *
     * @param cores how many
     */
    static BatchDivision of(RunConfig config, Device device, Arithmetic arithmetic, int cores) {
        long positions = (long) config.training().batch() * config.model().context();
        long useful = positions / (arithmetic.bfloat16() ? POSITIONS_IN_BFLOAT16 : POSITIONS);
        long most = Math.min(config.training().batch(), MOST_PARTS);
        return of(config, device.isGpu() ? 1 : (int) Math.max(1, Math.min(useful, most)), cores);
    }

    /**
     * Divides batches into at most this many parts. There is one replica for each core, each with one engine thread: at every size
     * measured this beats one replica whose operations use all cores (docs/performance.md). With dropout there is only one, since
     * several threads would draw from the engine's single generator in an order that changes from run to run.
     */
    static BatchDivision of(RunConfig config, int most) {
        return of(config, most, Runtime.getRuntime().availableProcessors());
    }

    private static BatchDivision of(RunConfig config, int most, int cores) {
        int parts = Integer.highestOneBit(most);
        if (config.model().dropout() > 0) {
            return new BatchDivision(parts, 1, cores);
        }
        int asked = config.training().workers();
        int replicas = Integer.highestOneBit(Math.min(parts, asked > 0 ? asked : cores));
        return new BatchDivision(parts, replicas, Math.max(1, cores / parts));
    }
}
