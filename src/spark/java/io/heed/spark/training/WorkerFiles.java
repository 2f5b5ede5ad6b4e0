package io.heed.spark.training;

import io.heed.AtomicFile;
import io.heed.Folders;
import io.heed.HeedException;
import io.heed.checkpoint.Safetensors;
import io.heed.train.InnerLearner;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The files of the workers' states at a checkpoint: {@code training/workers/STEP/WORKER.safetensors} in the run's folder, written before the
 * checkpoint and removed after the next.
 *
 * @param run the run's folder
 * @param step the number of steps taken
 */
record WorkerFiles(Path run, int step) {

    private static final String ARRAYS = "arrays";
    private static final String SKIPPED = "heed_skipped";

    private static Path folder(Path run) {
        return run.resolve("training").resolve("workers");
    }

    private Path folder() {
        return folder(run).resolve(String.valueOf(step));
    }

    private Path file(int worker) {
        return folder().resolve(worker + ".safetensors");
    }

    /** Writes a worker's state. */
    void write(int worker, InnerLearner.State state) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * state.arrays().length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(state.arrays());
        Map<String, Safetensors.StoredArray> tensors =
                Map.of(ARRAYS, new Safetensors.StoredArray("F32", new long[] {state.arrays().length}, bytes));
        Map<String, String> metadata = Map.of(SKIPPED, String.valueOf(state.skipped()));
        AtomicFile.write(file(worker), out -> Safetensors.write(out, tensors, metadata));
    }

    /**
     * Reads a worker's state.
     *
     * @throws HeedException if it is missing or damaged
     */
    InnerLearner.State read(int worker) {
        if (!Files.isRegularFile(file(worker))) {
            throw new HeedException("%s is missing, without which the run cannot be resumed; restore it, or start a new run"
                    .formatted(file(worker)));
        }
        Safetensors.Content content = Safetensors.open(file(worker));
        Safetensors.StoredArray arrays = content.tensors().get(ARRAYS);
        String skipped = content.metadata().get(SKIPPED);
        if (arrays == null || skipped == null) {
            throw new HeedException("%s is damaged; restore it, or start a new run".formatted(file(worker)));
        }
        return new InnerLearner.State(Integer.parseInt(skipped), arrays.floats());
    }

    /** Removes the files of all other steps. */
    void removeOthers() {
        if (!Files.isDirectory(folder(run))) {
            return;
        }
        List<Path> others;
        try (Stream<Path> steps = Files.list(folder(run))) {
            others = steps.filter(found -> !found.equals(folder())).toList();
        } catch (IOException e) {
            throw new HeedException("cannot read %s: %s".formatted(folder(run), e.getMessage()), e);
        }
        others.forEach(Folders::delete);
    }
}
