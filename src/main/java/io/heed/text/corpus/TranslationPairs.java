package io.heed.text.corpus;

import io.heed.HeedException;
import io.heed.text.DataFormat;
import io.heed.text.LineEnds;
import io.heed.text.TextChunk;
import io.heed.text.Utf8;
import io.heed.text.Visible;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Sentences and their translations; the translations are the targets. */
final class TranslationPairs implements TrainingData {

    /** The most characters to show of a line that is not a pair. */
    private static final int SHOWN = 40;

    private final Lines lines; // source, target, source, target …
    private final int context;
    private final int ends;
    private @Nullable RowLengths rows;
    private @Nullable SentenceOrder order;

    /**
     * Creates data from sentences that are each followed by their translation.
     *
     * @param lines the sentences, including start and end marks
     * @param context the most positions of either; longer sentences are cut
     * @param ends the number of end marks, 0 or 1, that a sentence has as a target but not as a source
     * @param rows how long the pairs are, or null to read that when it is asked for
     */
    TranslationPairs(Lines lines, int context, int ends, @Nullable RowLengths rows) {
        this.lines = lines;
        this.context = context;
        this.ends = ends;
        this.rows = rows;
    }

    private synchronized RowLengths rows() {
        if (rows == null) {
            rows = RowLengths.of(DataFormat.PAIRS, ends, lines::eachLength);
        }
        return rows;
    }

    private synchronized SentenceOrder order() {
        if (order == null) {
            order = new SentenceOrder(lines.count() / 2);
        }
        return order;
    }

    /**
     * Puts each sentence of a pair on its own line; leaves out what follows a second tab.
     *
     * @param piece where the text is from
     * @throws HeedException naming the place of a line that is not a pair
     */
    static byte[] onePerLine(byte[] text, TextChunk piece) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(text.length);
        LineEnds.each(text, (from, end) -> {
            if (!Utf8.isBlank(text, from, end)) {
                int tab = tab(text, from, end);
                int second = tab(text, tab + 1, end);
                if (tab == end || Utf8.isBlank(text, from, tab) || Utf8.isBlank(text, tab + 1, second)) {
                    throw new HeedException(
                            ("%s: the line at offset %d, \"%s\", is not a pair; data.format: pairs needs a sentence, a tab and its"
                                            + " translation on each line")
                                    .formatted(piece.file(), piece.offset() + from, beginning(text, from, end)));
                }
                out.write(text, from, tab - from);
                out.write('\n');
                out.write(text, tab + 1, second - tab - 1);
                out.write('\n');
            }
        });
        return out.toByteArray();
    }

    private static String beginning(byte[] text, int from, int end) {
        String line = new String(text, from, Math.min(end - from, 4 * SHOWN), StandardCharsets.UTF_8);
        return Visible.text(
                line.codePointCount(0, line.length()) <= SHOWN
                        ? line
                        : line.substring(0, line.offsetByCodePoints(0, SHOWN)) + "…");
    }

    /** The position of the next tab, or the end if there is none. */
    private static int tab(byte[] text, int from, int end) {
        int at = from;
        while (at < end && text[at] != '\t') {
            at++;
        }
        return Math.min(at, end);
    }

    /** {@inheritDoc} Every pair occurs once before any occurs again, in a new order each epoch. */
    @Override
    public Batch batch(long seed, long step, int size) {
        return batch(IntStream.of(order().batch(seed, step, size)));
    }

    private Batch batch(IntStream pairs) {
        int[] all = pairs.toArray();
        return Batch.of(
                IntStream.of(all).mapToObj(this::source).toList(),
                IntStream.of(all).mapToObj(pair -> lines.sentence(2 * pair + 1)).toList());
    }

    /** A source as the model reads any text: with the tokenizer's marks, without an end mark that only targets have. */
    private long[] source(int pair) {
        long[] ids = lines.sentence(2 * pair);
        return Arrays.copyOf(ids, Math.min(context, ids.length - ends));
    }

    /** {@inheritDoc} Translations of similar length are together, so that there is little padding. */
    @Override
    public List<Batch> all(int size) {
        int count = lines.count() / 2;
        int[] sorted = SentenceOrder.byLength(
                count,
                context + 1,
                told -> lines.eachLength((line, length) -> {
                    if (line % 2 == 1) {
                        told.of(line / 2, length);
                    }
                }));
        return new Batches(count, size, rows -> batch(rows.mapToInt(row -> sorted[(int) row])));
    }

    @Override
    public int cutRows() {
        return rows().cut(context);
    }

    @Override
    public long targets() {
        return rows().targets(context);
    }
}
