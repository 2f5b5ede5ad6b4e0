package io.heed.inspect.files;

import io.heed.inspect.Recording;
import io.heed.inspect.Tensor;
import io.heed.inspect.files.PageContent.Labelled;
import io.heed.model.Trace.Step;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;

/**
 * The numbers of a page: a script element for each layer and step, which holds planes of codes, compressed by zlib, as Base64.
 * docs/formats.md tells how to read them.
 *
 * @param precision how exactly the weights are there; all other numbers are always exact
 * @param scores whether the scores of the pairs that may be read are there
 * @param queriesAndKeys whether queries and keys are there, from which the page computes the terms of a score
 */
record PageNumbers(PagePrecision precision, boolean scores, boolean queriesAndKeys) {

    /** The largest sum of numbers, in bytes before compression, that scores, queries and keys may make. */
    private static final long ROOM = 3_000_000;

    /** Decides what a page holds: weights always, scores and then queries and keys where they were recorded and there is room. */
    static PageNumbers of(PageContent content) {
        long weights = 0;
        long vectors = 0;
        boolean haveScores = true;
        boolean haveVectors = true;
        for (Labelled labelled : content.recordings()) {
            Recording maps = labelled.recording();
            weights += (long) maps.layers() * maps.heads() * triangle(maps);
            haveScores &= has(maps, Step.UNMASKED_SCORES);
            haveVectors &= has(maps, Step.QUERY) && has(maps, Step.KEY);
            if (haveVectors) {
                vectors += 2L * maps.layers() * maps.get(0, Step.QUERY).values().length;
            }
        }
        boolean scores = haveScores && 4 * 2 * weights <= ROOM;
        boolean queriesAndKeys = scores && haveVectors && 4 * (2 * weights + vectors) <= ROOM;
        return new PageNumbers(PagePrecision.of(weights), scores, queriesAndKeys);
    }

    private static boolean has(Recording maps, Step step) {
        return maps.perLayer().stream().allMatch(steps -> steps.containsKey(step));
    }

    private static int triangle(Recording maps) {
        return maps.length() * (maps.length() + 1) / 2;
    }

    /** Writes the elements of every recording. */
    void writeTo(OutputStream out, PageContent content) throws IOException {
        for (int i = 0; i < content.recordings().size(); i++) {
            Recording maps = content.recordings().get(i).recording();
            for (int layer = 0; layer < maps.layers(); layer++) {
                String place = "-%d-%d".formatted(i, layer);
                element(out, "weights" + place, precision, visible(maps.get(layer, Step.WEIGHTS)));
                if (scores) {
                    float[] visible = visible(maps.get(layer, Step.UNMASKED_SCORES));
                    element(out, "scores" + place, PagePrecision.BITS_32, visible);
                }
                if (queriesAndKeys) {
                    float[] queries = maps.get(layer, Step.QUERY).values();
                    element(out, "queries" + place, PagePrecision.BITS_32, queries);
                    float[] keys = maps.get(layer, Step.KEY).values();
                    element(out, "keys" + place, PagePrecision.BITS_32, keys);
                }
            }
        }
    }

    /** The keys that each query may read, of (H,T,T): for each head and query those from the first to the query itself. */
    private static float[] visible(Tensor maps) {
        int heads = (int) maps.shape()[0];
        int length = (int) maps.shape()[1];
        float[] visible = new float[heads * length * (length + 1) / 2];
        int next = 0;
        for (int row = 0; row < heads * length; row++) {
            int keys = row % length + 1;
            System.arraycopy(maps.values(), row * length, visible, next, keys);
            next += keys;
        }
        return visible;
    }

    private static void element(OutputStream out, String id, PagePrecision precision, float[] numbers)
            throws IOException {
        out.write("<script type=\"text/plain\" id=\"%s\">".formatted(id).getBytes(StandardCharsets.US_ASCII));
        OutputStream text = Base64.getEncoder().wrap(new KeptOpen(out));
        Deflater deflater = new Deflater();
        deflater.setStrategy(
                Deflater.HUFFMAN_ONLY); // fractions hold no repetitions: looking for some costs time and room
        try (DeflaterOutputStream compressed = new DeflaterOutputStream(text, deflater)) {
            compressed.write(precision.planes(numbers));
        } finally {
            deflater.end();
        }
        out.write("</script>\n".getBytes(StandardCharsets.US_ASCII));
    }

    /** Base64 ends with its stream's end; the page goes on. */
    private static final class KeptOpen extends FilterOutputStream {

        KeptOpen(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            out.write(bytes, from, length);
        }

        @Override
        public void close() throws IOException {
            flush();
        }
    }
}
