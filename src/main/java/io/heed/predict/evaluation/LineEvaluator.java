package io.heed.predict.evaluation;

import io.heed.checkpoint.LanguageModel;
import io.heed.predict.Window;
import io.heed.predict.evaluation.EvaluationTotals.Tally;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;

/**
 * Evaluates a model on lines, each by itself, a block of lines at a time: as an {@link Evaluator} does, for programs that distribute the
 * blocks. Thread-safe.
 */
public final class LineEvaluator {

    /** The number of lines of a block. A file's last may have fewer. */
    public static final int BLOCK = LineBlock.LINES;

    private final LanguageModel model;
    private final int stride;
    private final BatchReader reader;

    /**
     * Creates an evaluator.
     *
     * @param model the model, which the caller closes
     * @param stride the number of tokens by which the window moves, from 1 to the context
     * @throws IllegalArgumentException if the stride is out of range
     */
    public LineEvaluator(LanguageModel model, int stride) {
        Evaluator.requireStride(model, stride);
        this.model = model;
        this.stride = stride;
        reader = new BatchReader(model, null);
    }

    /**
     * How well a block is predicted.
     *
     * @param totals over all lines
     * @param lines of each line
     */
    public record Block(EvaluationTotals totals, List<Line> lines) implements Serializable {

        /** Copies the list. */
        public Block {
            lines = List.copyOf(lines);
        }
    }

    /**
     * How well a line is predicted.
     *
     * @param tokens the number of tokens scored
     * @param bytes the length of their text, in bytes of UTF-8
     * @param unknown the number of tokens for words that are not in the vocabulary
     * @param nats the sum of {@code −ln p} over all tokens
     * @param right the number of tokens that were the likeliest
     * @param rightOfFive the number of tokens that were among the five likeliest
     */
    public record Line(long tokens, long bytes, long unknown, double nats, long right, long rightOfFive)
            implements Serializable {

        private static final Line NOTHING = new Line(0, 0, 0, 0, 0, 0);

        private Line plus(double log, int rank, boolean stranger) {
            return new Line(
                    tokens + 1,
                    bytes,
                    unknown + (stranger ? 1 : 0),
                    nats - log,
                    right + (rank == 1 ? 1 : 0),
                    rightOfFive + (rank <= 5 ? 1 : 0));
        }

        private Line of(long scored) {
            return new Line(tokens, scored, unknown, nats, right, rightOfFive);
        }
    }

    /**
     * Evaluates the model on consecutive lines, in the calling thread.
     *
     * @param lines none of them blank: {@value #BLOCK}, or fewer at the end of a text
     */
    public Block evaluate(List<String> lines) {
        LineBlock block = LineBlock.of(model, stride, lines);
        IdentityHashMap<Window, Integer> owners = new IdentityHashMap<>();
        List<Line> scores = new ArrayList<>();
        for (int line = 0; line < lines.size(); line++) {
            for (Window window : block.windows().get(line)) {
                owners.put(window, line);
            }
            scores.add(Line.NOTHING.of(block.bytes()[line]));
        }
        Tally tally = new Tally(model.context());
        for (List<Window> batch : reader.batches(block.allWindows())) {
            tally.add(reader.read(batch, (window, log, rank, unknown) -> {
                int line = Objects.requireNonNull(owners.get(window));
                scores.set(line, scores.get(line).plus(log, rank, unknown));
            }));
        }
        return new Block(tally.evaluation(block.allBytes()), scores);
    }
}
