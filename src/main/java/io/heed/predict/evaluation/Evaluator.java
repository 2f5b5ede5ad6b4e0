package io.heed.predict.evaluation;

import io.heed.HeedException;
import io.heed.Internal;
import io.heed.checkpoint.LanguageModel;
import io.heed.kernels.EngineThreads;
import io.heed.model.PassTraces;
import io.heed.predict.Window;
import io.heed.predict.evaluation.EvaluationTotals.Tally;
import io.heed.text.ChunkReader;
import io.heed.text.DataFormat;
import io.heed.text.TextFile;
import io.heed.text.tokenizer.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Evaluates a model on whole files, which need not fit into memory. Each token but the first, of the file or of each line, is scored
 * once, in a window of the model's context that moves over the text.
 *
 * <p>The calling thread cuts the text into windows; the evaluator's own threads read those, on a CPU one per core with one engine thread
 * each. Results are added in the order of the text, so they do not depend on timing. For one caller at a time; closing an evaluator ends
 * its threads.
 */
public final class Evaluator implements AutoCloseable {

    private static final BatchReader.Listener NOBODY = (window, log, rank, unknown) -> {};

    private final LanguageModel model;
    private final DataFormat format;
    private final int stride;
    private final BatchReader reader;
    private final int threads;
    private final ExecutorService readers;

    /**
     * Creates an evaluator.
     *
     * @param model the model, which the caller closes
     * @param format whether each line is read by itself, or all as one long text; as in training
     * @param stride the number of tokens by which the window moves, from 1 to the context
     * @throws IllegalArgumentException if the stride is out of range
     */
    public Evaluator(LanguageModel model, DataFormat format, int stride) {
        this(model, null, format, stride);
    }

    /**
     * Creates an evaluator of a model in which something is changed.
     *
     * @param traces what to change in each pass; null for nothing
     */
    public Evaluator(LanguageModel model, @Nullable PassTraces traces, DataFormat format, int stride) {
        requireStride(model, stride);
        this.model = model;
        this.format = format;
        this.stride = stride;
        reader = new BatchReader(model, traces);
        boolean device = model.device().isGpu();
        threads = device ? 1 : Runtime.getRuntime().availableProcessors();
        readers = Executors.newFixedThreadPool(threads, task -> {
            Thread made = new Thread(
                    () -> {
                        EngineThreads.limit(1);
                        task.run();
                    },
                    "heed-evaluate");
            made.setDaemon(true);
            return made;
        });
    }

    LanguageModel model() {
        return model;
    }

    DataFormat format() {
        return format;
    }

    int stride() {
        return stride;
    }

    static void requireStride(LanguageModel model, int stride) {
        if (stride < 1 || stride > model.context()) {
            throw new IllegalArgumentException(
                    "the stride %d is not between 1 and the context of %d".formatted(stride, model.context()));
        }
    }

    /** The default stride: half the context, as in Scorer. */
    public static int defaultStride(int context) {
        return (context + 1) / 2;
    }

    /**
     * Evaluates the model on a file.
     *
     * @param progress told from time to time how many bytes of text are done
     * @throws HeedException if the file is missing, not UTF-8, empty, or has nothing to score
     */
    public EvaluationTotals evaluate(Path file, LongConsumer progress) {
        Run run = new Run(progress);
        try (ChunkReader pieces = new ChunkReader(file)) {
            for (String piece = pieces.next(); piece != null; piece = pieces.next()) {
                run.read(piece);
            }
            run.end();
        }
        EvaluationTotals evaluation = run.tally.evaluation(run.scored);
        requireScored(evaluation, format, file);
        return evaluation;
    }

    /**
     * Checks that a text had tokens to score, and the model probabilities for them.
     *
     * @param text what to call it
     * @throws HeedException if not
     */
    @Internal
    public static void requireScored(EvaluationTotals evaluation, DataFormat format, Object text) {
        if (evaluation.tokens() == 0) {
            throw new HeedException(
                    format == DataFormat.LINES
                            ? "%s has no line of two tokens or more, so there is no token to predict from one before it"
                                    .formatted(text)
                            : "%s has a single token, with nothing before it to predict it from".formatted(text));
        }
        if (!Double.isFinite(evaluation.nats())) {
            throw new HeedException("the model's loss on %s is not finite (%s): its activations overflow"
                    .formatted(text, evaluation.loss()));
        }
    }

    /** The evaluation of one file. */
    private final class Run {

        private final LongConsumer progress;
        private final Tally tally = new Tally(model.context());
        private final Window.Cutter cutter = new Window.Cutter(model.context(), stride);
        private final Deque<WindowBatch> waiting = new ArrayDeque<>();
        private final List<String> held = new ArrayList<>(); // lines of a block that is not full yet
        private boolean begun;
        private long read; // bytes
        private long scored; // bytes of the text that has something before it

        private record WindowBatch(Future<Tally> found, long bytesBefore) {}

        Run(LongConsumer progress) {
            this.progress = progress;
        }

        void read(String piece) {
            if (format == DataFormat.LINES) {
                held.addAll(TextFile.lines(piece));
                while (held.size() >= LineBlock.LINES) {
                    submit(block(LineBlock.LINES));
                }
            } else {
                submit(stream(piece));
            }
            read += bytes(piece);
        }

        /** Scores the rest and waits for all windows. */
        void end() {
            submit(held.isEmpty() ? cutter.end() : block(held.size()));
            while (!waiting.isEmpty()) {
                takeIn();
            }
            progress.accept(read);
        }

        private List<Window> stream(String piece) {
            scored += bytes(piece);
            if (!begun && !piece.isBlank()) {
                begun = true;
                scored -= bytes(piece.substring(0, model.tokenizer().firstEnd(piece)));
            }
            Tokenizer tokenizer = model.tokenizer();
            return cutter.add(read == 0 ? tokenizer.encodeStream(piece) : tokenizer.encodeLaterPart(piece));
        }

        private List<Window> block(int lines) {
            List<String> some = held.subList(0, lines);
            LineBlock block = LineBlock.of(model, stride, some);
            some.clear();
            scored += block.allBytes();
            return block.allWindows();
        }

        /** Hands windows to the threads, and collects results once enough are in progress. */
        private void submit(List<Window> windows) {
            for (List<Window> batch : reader.batches(windows)) {
                waiting.add(new WindowBatch(readers.submit(() -> reader.read(batch, NOBODY)), read));
                if (waiting.size() > 2 * threads) {
                    takeIn();
                }
            }
        }

        private void takeIn() {
            WindowBatch batch = waiting.remove();
            try {
                tally.add(batch.found.get());
                progress.accept(batch.bytesBefore);
            } catch (ExecutionException e) {
                if (e.getCause() instanceof Error error) {
                    throw error;
                }
                throw e.getCause() instanceof RuntimeException known ? known : new IllegalStateException(e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new HeedException("interrupted", e);
            }
        }
    }

    private static long bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    /** Waits for the windows that are being read. */
    @Override
    public void close() {
        readers.shutdownNow();
        boolean interrupted = false;
        for (boolean ended = false; !ended; ) {
            try {
                ended = readers.awaitTermination(1, TimeUnit.MINUTES);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
