package io.heed.checkpoint;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.ParameterStore;
import io.heed.HeedException;
import io.heed.Internal;
import io.heed.kernels.EngineThreads;
import io.heed.kernels.GradMode;
import io.heed.kernels.SpareProcessors;
import io.heed.model.KeyValueCache;
import io.heed.model.Trace;
import io.heed.model.Transformer;
import io.heed.model.WeightNumbers;
import io.heed.text.tokenizer.Encoded;
import io.heed.text.tokenizer.TailEncoder;
import io.heed.text.tokenizer.Tokenizer;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A transformer and the tokenizer it was trained with, ready to read text. Closing it frees both.
 *
 * <p>Several threads may read at once. The class is long because every way of reading has its shapes here.
 */
public final class LanguageModel implements AutoCloseable {

    private final NDManager manager;
    private final Transformer transformer;
    private final Tokenizer tokenizer;
    private final ParameterStore parameters;
    private final List<String> notes;
    private final KeptSettings kept;
    private final TailEncoder ends;
    private final SpareProcessors spare;

    /**
     * Joins a transformer and its tokenizer.
     *
     * @param manager the manager that owns the transformer's weights
     * @param notes notes to the user about the model's files, one sentence each
     * @param kept what its files say besides
     */
    public LanguageModel(
            NDManager manager, Transformer transformer, Tokenizer tokenizer, List<String> notes, KeptSettings kept) {
        this.manager = manager;
        this.transformer = transformer;
        this.tokenizer = tokenizer;
        this.notes = notes;
        this.kept = kept;
        ends = new TailEncoder(tokenizer);
        spare = new SpareProcessors(transformer.plan().size());
        parameters = new ParameterStore(manager, false);
    }

    /** The transformer. */
    public Transformer transformer() {
        return transformer;
    }

    /** What its files say besides, for other programs. */
    public KeptSettings kept() {
        return kept;
    }

    /** The numbers of its weights. */
    public WeightNumbers numbers() {
        return new WeightNumbers(transformer);
    }

    /** The tokenizer. */
    public Tokenizer tokenizer() {
        return tokenizer;
    }

    /** Notes to the user about the model's files, one sentence each, such as a conversion on reading. */
    public List<String> notes() {
        return notes;
    }

    /** The largest number of tokens the model reads at once. */
    public int context() {
        return transformer.config().context();
    }

    /** The device it computes on. */
    public Device device() {
        return manager.getDevice();
    }

    /** Returns a manager for the arrays of one reading; close it afterwards. */
    public NDManager newReading() {
        return manager.newSubManager();
    }

    /**
     * Encodes a text.
     *
     * @throws HeedException if the text is empty
     */
    public Encoded encode(String text) {
        Encoded encoded = tokenizer.encode(text);
        requireTokens(encoded.length());
        return encoded;
    }

    /**
     * Encodes the end of a text: its last tokens. For a long text, this is much faster than {@link #encode}.
     *
     * @param count the number of tokens to keep
     * @param pause called at intervals; may throw to stop the work
     * @throws HeedException if the text is empty, or is long and cannot be split into parts
     */
    public TailEncoder.End encodeEnd(String text, int count, Runnable pause) {
        TailEncoder.End end = ends.encode(text, count, pause);
        requireTokens(end.omitted() + end.tokens().length());
        return end;
    }

    private void requireTokens(int count) {
        if (count <= tokenizer.sentenceMarks().around()) {
            throw new HeedException("the text is empty; give at least one word, as in \"the cat sat on the\"");
        }
    }

    /**
     * Returns the tokens of the given ids.
     *
     * @throws HeedException if an id is not in the model's vocabulary
     */
    public Encoded encoded(long[] ids) {
        int rows = transformer.config().vocabulary();
        for (long id : ids) {
            if (id < 0 || id >= rows) {
                throw new HeedException(
                        "the id %d is not in the vocabulary, which has ids from 0 to %d".formatted(id, rows - 1));
            }
        }
        return tokenizer.encoded(ids);
    }

    /**
     * Reads one sequence.
     *
     * @param reading the manager that owns the results
     * @param ids at least one token, at most {@link #context()}
     * @param trace records every step; null for none
     * @return the logits (1,T,V)
     */
    public NDArray read(NDManager reading, long[] ids, @Nullable Trace trace) {
        return read(reading, new long[][] {ids}, trace);
    }

    /**
     * Reads a batch of sequences of one length.
     *
     * @param reading the manager that owns the results
     * @param rows B sequences of at least one token, at most {@link #context()}
     * @param trace records every step; null for none
     * @return the logits (B,T,V)
     */
    public NDArray read(NDManager reading, long[][] rows, @Nullable Trace trace) {
        return read(new NDList(reading.create(rows)), trace);
    }

    /**
     * Reads a batch of sequences of one length so that gradients of the logits can be taken; the caller turns them on.
     *
     * @param reading the manager that owns the results, and what their gradients need
     * @param rows B sequences of at least one token, at most {@link #context()}
     * @param trace brings in the arrays whose gradients are wanted
     * @return the logits (B,T,V)
     */
    @Internal
    public NDArray readForGradients(NDManager reading, long[][] rows, Trace trace) {
        return transformer
                .forward(parameters, new NDList(reading.create(rows)), false, trace.asParams())
                .head();
    }

    /** Reads a batch of translations with their sources so that gradients of the logits can be taken, likewise. */
    @Internal
    public NDArray readForGradients(NDManager reading, List<long[]> sources, List<long[]> targets, Trace trace) {
        NDList inputs = new NDList(ids(reading, targets), ids(reading, sources), lengths(reading, sources));
        return transformer.forward(parameters, inputs, false, trace.asParams()).head();
    }

    private NDArray read(NDList inputs, @Nullable Trace trace) {
        try (GradMode off = GradMode.off();
                EngineThreads.Limit limit = spare.limit()) {
            var params = trace == null ? null : trace.asParams();
            return transformer.forward(parameters, inputs, false, params).head();
        }
    }

    /**
     * Measures how well the model predicts the tokens of a batch of sequences of one length; needs less memory than {@link #read}.
     *
     * @param rows B sequences of at least one token, at most {@link #context()}
     * @param targets the token after each
     * @param from the first column to measure
     * @return (3,B,T-from), row by row: the target's {@code ln P} in nats, its rank from 1, and {@code ln P} of the likeliest token
     */
    @Internal
    public float[] assess(long[][] rows, long[][] targets, int from) {
        try (GradMode off = GradMode.off();
                EngineThreads.Limit limit = spare.limit();
                NDManager reading = newReading()) {
            return transformer
                    .assess(parameters, reading.create(rows), reading.create(targets), from)
                    .toFloatArray();
        }
    }

    /**
     * Measures the same, step by step, with what a trace changes.
     *
     * @throws HeedException if the model is kept in int8
     */
    @Internal
    public float[] assess(long[][] rows, long[][] targets, int from, Trace trace) {
        try (NDManager reading = newReading()) {
            NDArray logits = read(reading, rows, trace); // (B,T,V)
            return transformer
                    .kernels()
                    .foresee(logits, reading.create(targets), from)
                    .toFloatArray();
        }
    }

    /**
     * Creates an empty cache for {@link #readOn}; close it afterwards.
     *
     * @param padding for each row, how many of its first positions are padding
     */
    public KeyValueCache newCache(int... padding) {
        return new KeyValueCache(manager, transformer.config(), padding);
    }

    /**
     * Reads sources and creates a cache for writing their translations; close it afterwards.
     *
     * @param sources one for each row, of at least one and at most {@link #context()} tokens
     * @param padding for each row, how many of the first positions of its translation are padding
     */
    public KeyValueCache newCache(List<long[]> sources, int... padding) {
        KeyValueCache cache = newCache(padding);
        try (GradMode off = GradMode.off();
                NDManager reading = newReading()) {
            transformer.readSource(parameters, ids(reading, sources), lengths(reading, sources), cache);
            return cache;
        } catch (RuntimeException e) {
            cache.close();
            throw e;
        }
    }

    /**
     * Reads a batch of translations with their sources.
     *
     * @param reading the manager that owns the results
     * @param sources B sources of at least one token, at most {@link #context()}
     * @param targets as many translations, likewise
     * @param trace records every step; null for none
     * @return the logits (B,T,V), T the length of the longest translation
     */
    public NDArray read(NDManager reading, List<long[]> sources, List<long[]> targets, @Nullable Trace trace) {
        return read(new NDList(ids(reading, targets), ids(reading, sources), lengths(reading, sources)), trace);
    }

    /** Returns ids (rows, longest), padded on the right. */
    private static NDArray ids(NDManager reading, List<long[]> rows) {
        int columns = rows.stream().mapToInt(row -> row.length).max().orElseThrow();
        return reading.create(
                rows.stream().map(row -> Arrays.copyOf(row, columns)).toArray(long[][]::new));
    }

    private static NDArray lengths(NDManager reading, List<long[]> rows) {
        return reading.create(rows.stream().mapToLong(row -> row.length).toArray());
    }

    /**
     * Continues after the positions in a cache, and adds the new ones to it.
     *
     * @param rows B sequences of one length, at least one token each
     * @param cache the earlier positions; together with the new ones at most {@link #context()}
     * @return the logits of the last position of each row (B,V)
     */
    public float[][] readOn(long[][] rows, KeyValueCache cache) {
        if (rows.length == 1 && rows[0].length == 1 && cache.hasOneRow()) {
            return readNext(rows[0][0], cache);
        }
        try (GradMode off = GradMode.off();
                EngineThreads.Limit limit = spare.limit();
                NDManager reading = newReading()) {
            return rows(transformer
                    .forward(parameters, new NDList(reading.create(rows)), false, cache.asParams())
                    .head());
        }
    }

    private float[][] readNext(long id, KeyValueCache cache) {
        try (GradMode off = GradMode.off();
                EngineThreads.Limit limit = spare.limit();
                NDArray logits = transformer.readNext(parameters, device(), id, cache)) {
            return rows(logits);
        }
    }

    /** Returns the rows of a two-dimensional array. */
    private static float[][] rows(NDArray array) {
        FloatBuffer numbers = array.toByteBuffer(true).asFloatBuffer(); // the engine's own memory, on a CPU
        float[][] rows = new float[Math.toIntExact(array.size(0))][Math.toIntExact(array.size(1))];
        for (float[] row : rows) {
            numbers.get(row);
        }
        return rows;
    }

    /**
     * Continues a pass from a layer's residual stream.
     *
     * @param residual (B,T,C)
     * @param layer the layer, from 0
     * @param step which of its streams it is, as {@link Transformer#resume} takes it
     * @return the logits of the last position of each row (B,V)
     */
    @Internal
    public float[][] resume(NDArray residual, int layer, Trace.Step step) {
        return resume(residual, layer, step, false);
    }

    /**
     * Continues a pass from a layer's residual stream, as {@link #resume(NDArray, int, Trace.Step)}.
     *
     * @return the logits of every position, row by row (B·T,V)
     */
    @Internal
    public float[][] resumeEverywhere(NDArray residual, int layer, Trace.Step step) {
        return resume(residual, layer, step, true);
    }

    private float[][] resume(NDArray residual, int layer, Trace.Step step, boolean every) {
        try (GradMode off = GradMode.off();
                NDArray logits = transformer.resume(parameters, residual, layer, step, every)) {
            return rows(logits);
        }
    }

    /**
     * Applies the final norm and the head to a residual stream.
     *
     * @param residual (B,T,C)
     * @return the logits (B,T,V), in the manager of {@code residual}
     */
    @Internal
    public NDArray readResidual(NDArray residual) {
        try (GradMode off = GradMode.off()) {
            return transformer.head(parameters, residual, false);
        }
    }

    @Override
    public void close() {
        tokenizer.close();
        manager.close();
    }
}
