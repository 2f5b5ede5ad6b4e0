package io.heed.inspect.page;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.heed.inspect.Recording;
import io.heed.inspect.Tensor;
import io.heed.inspect.page.PageFit.Prepared;
import io.heed.model.Trace.Step;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.zip.Deflater;

/**
 * The numbers of a page: a script element for each head's weights and each other step of a layer, which holds planes of codes, compressed by zlib, as {@link Base85}.
 * docs/formats.md describes how to read them.
 */
final class PageNumbers {

    /** The elements that hold a step of a layer whole. */
    private static final Map<String, Step> VECTORS = new TreeMap<>(Map.of(
            "queries", Step.QUERY,
            "keys", Step.KEY,
            "values", Step.VALUE,
            "residuals", Step.RESIDUAL_BEFORE,
            "written", Step.HEAD_CONTRIBUTION));

    private PageNumbers() {}

    /** Writes the elements of every recording, compressing the layers of one in parallel. */
    static void write(OutputStream out, PageFit fit) throws IOException {
        for (int i = 0; i < fit.recordings().size(); i++) {
            Prepared recording = fit.recordings().get(i);
            int index = i;
            List<byte[]> layers = IntStream.range(0, recording.maps().layers())
                    .parallel()
                    .mapToObj(layer -> layer(fit, index, layer))
                    .toList();
            for (byte[] layer : layers) {
                out.write(layer);
            }
            out.write(outsideLayers(fit, i));
        }
    }

    private static byte[] outsideLayers(PageFit fit, int index) {
        Prepared recording = fit.recordings().get(index);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Map<String, Step> vectors =
                new TreeMap<>(Map.of("embeddings", Step.TOKEN_EMBEDDING, "positions", Step.POSITION_EMBEDDING));
        vectors.forEach((name, step) -> {
            if (fit.steps().contains(step) && recording.maps().has(step)) {
                float[] numbers = recording.maps().get(step).values();
                exact(out, name + "-" + index, numbers);
            }
        });
        if (recording.lens().length > 0) {
            element(out, "lens-" + index, recording.lens());
        }
        if (recording.effects().length > 0) {
            element(out, "effects-" + index, recording.effects());
        }
        if (recording.terms().length > 0) {
            element(out, "terms-" + index, recording.terms());
        }
        return out.toByteArray();
    }

    private static byte[] layer(PageFit fit, int index, int layer) {
        Recording maps = fit.recordings().get(index).maps();
        List<Tensor> lengths = fit.recordings().get(index).found().findings().valueLengths();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        String place = "-%d-%d".formatted(index, layer);
        for (int head = 0; head < maps.heads(); head++) {
            Tensor weights = new Tensor(
                    new long[] {1, maps.length(), maps.length()},
                    maps.get(layer, Step.WEIGHTS).at(head).values());
            element(out, "weights" + place + "-" + head, maps(fit.precision(), weights), fit.precision());
        }
        if (fit.steps().contains(Step.UNMASKED_SCORES)) {
            Tensor scores = maps.get(layer, Step.UNMASKED_SCORES);
            element(out, "scores" + place, maps(PagePrecision.BITS_32, scores), PagePrecision.BITS_32);
        }
        VECTORS.forEach((name, step) -> {
            if (fit.steps().contains(step)) {
                exact(out, name + place, maps.get(layer, step).values());
            }
        });
        if (fit.steps().containsAll(PageFit.STREAMS)) {
            exact(out, "added" + place, added(maps, layer));
        }
        if (!lengths.isEmpty()) {
            exact(out, "lengths" + place, lengths.get(layer).values());
        }
        return out.toByteArray();
    }

    /** The length of what each head of a layer, and at last its feed-forward network, adds at each position, (H+1,T). */
    private static float[] added(Recording maps, int layer) {
        Tensor ofHeads = maps.get(layer, Step.HEAD_CONTRIBUTION); // (H,T,C)
        Tensor ofNetwork = maps.get(layer, Step.FEED_FORWARD_OUTPUT); // (T,C)
        float[] lengths = new float[(maps.heads() + 1) * maps.length()];
        for (int i = 0; i < lengths.length; i++) {
            int head = i / maps.length();
            int position = i % maps.length();
            Tensor vector = head < maps.heads() ? ofHeads.at(head, position) : ofNetwork.at(position);
            lengths[i] = (float) vector.length();
        }
        return lengths;
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

    /**
     * The planes of maps (H,T,T). The first byte of a number, mostly its exponent, is stored less that of the number q places before it, q
     * being the row: that of the same key in the row above, of the diagonal the first of its row. Neighbours are alike, so this makes the
     * plane a sixth smaller.
     */
    private static byte[] maps(PagePrecision precision, Tensor maps) {
        byte[] planes = precision.planes(visible(maps));
        int length = (int) maps.shape()[1];
        for (int map = (int) maps.shape()[0] - 1; map >= 0; map--) {
            int end = (map + 1) * length * (length + 1) / 2;
            for (int row = length - 1; row > 0; end -= row + 1, row--) {
                for (int i = end - 1; i >= end - row - 1; i--) {
                    planes[i] -= planes[i - row];
                }
            }
        }
        return planes;
    }

    private static void exact(ByteArrayOutputStream out, String id, float[] numbers) {
        element(out, id, PagePrecision.BITS_32.planes(numbers), PagePrecision.BITS_32);
    }

    private static void element(ByteArrayOutputStream out, String id, byte[] planes, PagePrecision precision) {
        // fractions do not repeat: searching for repetitions costs time and room
        element(out, id, compressed(planes, precision.bytes(), Deflater.HUFFMAN_ONLY));
    }

    /** Adds an element that holds what {@link #compressed} returns. */
    static void element(ByteArrayOutputStream out, String id, byte[] text) {
        out.writeBytes("<script type=\"text/plain\" id=\"%s\">".formatted(id).getBytes(US_ASCII));
        out.writeBytes(text);
        out.writeBytes("</script>\n".getBytes(US_ASCII));
    }

    /**
     * Returns the content of an element for some bytes: a zlib stream as Base85.
     *
     * @param pieces the number of parts of equal length, each of which gets codes of its own
     */
    static byte[] compressed(byte[] bytes, int pieces, int strategy) {
        Deflater deflater = new Deflater();
        try {
            deflater.setStrategy(strategy);
            byte[] stream = new byte[bytes.length + bytes.length / 1000 + 100];
            int length = 0;
            int size = bytes.length / pieces;
            for (int piece = 1; piece <= pieces; piece++) {
                deflater.setInput(bytes, (piece - 1) * size, size);
                if (piece == pieces) {
                    deflater.finish();
                }
                int written;
                do {
                    if (length == stream.length) {
                        stream = Arrays.copyOf(stream, 2 * length);
                    }
                    written = deflater.deflate(stream, length, stream.length - length, Deflater.SYNC_FLUSH);
                    length += written;
                } while (piece < pieces ? written > 0 || !deflater.needsInput() : !deflater.finished());
            }
            return Base85.encode(stream, length);
        } finally {
            deflater.end();
        }
    }
}
