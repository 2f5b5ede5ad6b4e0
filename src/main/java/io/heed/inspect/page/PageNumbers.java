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
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.zip.Deflater;

/**
 * The numbers of a page: a script element for each head's weights and each other step of a layer, which holds planes of codes, compressed by zlib, as Base64.
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
                element(out, name + "-" + index, PagePrecision.BITS_32, numbers);
            }
        });
        if (recording.lens().length > 0) {
            element(out, "lens-" + index, recording.lens());
        }
        if (recording.effects().length > 0) {
            element(out, "effects-" + index, recording.effects());
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
            element(out, "weights" + place + "-" + head, fit.precision(), visible(weights));
        }
        if (fit.steps().contains(Step.UNMASKED_SCORES)) {
            element(out, "scores" + place, PagePrecision.BITS_32, visible(maps.get(layer, Step.UNMASKED_SCORES)));
        }
        VECTORS.forEach((name, step) -> {
            if (fit.steps().contains(step)) {
                float[] numbers = maps.get(layer, step).values();
                element(out, name + place, PagePrecision.BITS_32, numbers);
            }
        });
        if (fit.steps().containsAll(PageFit.STREAMS)) {
            element(out, "added" + place, PagePrecision.BITS_32, added(maps, layer));
        }
        if (!lengths.isEmpty()) {
            element(
                    out,
                    "lengths" + place,
                    PagePrecision.BITS_32,
                    lengths.get(layer).values());
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

    private static void element(ByteArrayOutputStream out, String id, PagePrecision precision, float[] numbers) {
        // fractions do not repeat: searching for repetitions costs time and room
        element(out, id, base64(precision.planes(numbers), precision.bytes(), Deflater.HUFFMAN_ONLY));
    }

    private static void element(ByteArrayOutputStream out, String id, byte[] base64) {
        out.writeBytes("<script type=\"text/plain\" id=\"%s\">".formatted(id).getBytes(US_ASCII));
        out.writeBytes(base64);
        out.writeBytes("</script>\n".getBytes(US_ASCII));
    }

    /**
     * Returns the content of an element for some bytes: a zlib stream as Base64.
     *
     * @param pieces the number of parts of equal length, each of which gets codes of its own
     */
    static byte[] base64(byte[] bytes, int pieces, int strategy) {
        Deflater deflater = new Deflater();
        try {
            deflater.setStrategy(strategy);
            byte[] compressed = new byte[bytes.length + bytes.length / 1000 + 100];
            int length = 0;
            int size = bytes.length / pieces;
            for (int piece = 1; piece <= pieces; piece++) {
                deflater.setInput(bytes, (piece - 1) * size, size);
                if (piece == pieces) {
                    deflater.finish();
                }
                int written;
                do {
                    if (length == compressed.length) {
                        compressed = Arrays.copyOf(compressed, 2 * length);
                    }
                    written = deflater.deflate(compressed, length, compressed.length - length, Deflater.SYNC_FLUSH);
                    length += written;
                } while (piece < pieces ? written > 0 || !deflater.needsInput() : !deflater.finished());
            }
            return Base64.getEncoder().encode(Arrays.copyOf(compressed, length));
        } finally {
            deflater.end();
        }
    }
}
