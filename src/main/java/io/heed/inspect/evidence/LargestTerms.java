package io.heed.inspect.evidence;

import io.heed.checkpoint.LanguageModel;
import io.heed.inspect.Recording;
import io.heed.inspect.evidence.ResidualStream.Written;
import io.heed.model.Trace;
import io.heed.model.Trace.Step;
import io.heed.model.shape.ModelConfig;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The largest terms of many scores ({@link ScoreAttribution}): of every head and query those of the key that is read most, and of each other
 * key that has a tenth of the weight.
 *
 * @param parts what writes queries and keys
 * @param cells the scores, in the order of layers, heads, queries and keys
 */
public record LargestTerms(List<Part> parts, List<Cell> cells) {

    private static final int TERMS = 3;
    private static final double READ = 0.1;

    /** The number of multiplications below which they count as quick: about a second. */
    private static final double QUICK = 1e9;

    /** About how many keys of a query have a tenth of the weight. */
    private static final double KEYS = 3;

    /** The terms are rounded to thousandths. */
    private static final float FINENESS = 1000;

    /**
     * What writes part of a query or a key, as {@link ScoreAttribution.Part} names it.
     *
     * @param layer the layer, from 0, or -1 for none
     * @param head the head, from 0, or -1 for none
     */
    public record Part(String name, int layer, int head) {}

    /**
     * A score.
     *
     * @param terms its largest terms, the largest first
     */
    public record Cell(int layer, int head, int query, int key, List<Term> terms) {}

    /**
     * A term.
     *
     * @param query the index of the part that wrote the query
     * @param key the index of the part that wrote the key
     */
    public record Term(int query, int key, float value) {}

    /** Whether they can be found in about a second. */
    static boolean isQuick(LanguageModel model, int tokens) {
        ModelConfig config = model.transformer().config();
        double parts = config.layers() * (config.heads() + 2) / 2.0;
        double heads = config.layers() * (double) config.heads();
        double ofPosition = 2 * parts * config.width() + KEYS * parts * parts;
        return heads * tokens * ofPosition * config.headWidth() < QUICK;
    }

    /**
     * Finds them.
     *
     * @param recording of that model, a decoder, with the steps {@link ScoreAttribution#needed}
     */
    static LargestTerms of(LanguageModel model, Recording recording) {
        Map<Part, Integer> parts = new LinkedHashMap<>();
        List<Cell> cells = new ArrayList<>();
        for (int layer = 0; layer < recording.layers(); layer++) {
            for (int head = 0; head < recording.heads(); head++) {
                HeadParts own = new HeadParts(model, recording, Trace.Part.DECODER, layer, head);
                List<HeadParts.Parts> keys = IntStream.range(0, recording.length())
                        .mapToObj(own::key)
                        .toList();
                for (int query = 0; query < recording.length(); query++) {
                    HeadParts.Parts asked = own.query(query);
                    float[] weights =
                            recording.get(layer, Step.WEIGHTS).at(head, query).values();
                    for (int key : read(weights)) {
                        List<Term> terms =
                                largest(ScoreAttribution.terms(asked, keys.get(key)), asked, keys.get(key), parts);
                        cells.add(new Cell(layer, head, query, key, terms));
                    }
                }
            }
        }
        return new LargestTerms(List.copyOf(parts.keySet()), cells);
    }

    private static int[] read(float[] weights) {
        double least = Math.min(
                READ,
                IntStream.range(0, weights.length)
                        .mapToDouble(key -> weights[key])
                        .max()
                        .orElseThrow());
        return IntStream.range(0, weights.length)
                .filter(key -> weights[key] >= least)
                .toArray();
    }

    private static List<Term> largest(
            double[][] terms, HeadParts.Parts query, HeadParts.Parts key, Map<Part, Integer> parts) {
        int columns = terms[0].length;
        return IntStream.of(largest(terms))
                .mapToObj(i -> new Term(
                        index(query.names().get(i / columns), parts),
                        index(key.names().get(i % columns), parts),
                        Math.round(terms[i / columns][i % columns] * FINENESS) / FINENESS))
                .toList();
    }

    /** The places of the largest terms, row by row, the largest first; to sort thousands for each of thousands of cells would take long. */
    private static int[] largest(double[][] terms) {
        int columns = terms[0].length;
        int[] largest = new int[Math.min(TERMS, terms.length * columns)];
        for (int rank = 0; rank < largest.length; rank++) {
            double most = -1;
            int[] before = Arrays.copyOf(largest, rank);
            for (int i = 0; i < terms.length * columns; i++) {
                double size = Math.abs(terms[i / columns][i % columns]);
                int place = i;
                if (size > most && IntStream.of(before).noneMatch(other -> other == place)) {
                    most = size;
                    largest[rank] = i;
                }
            }
        }
        return largest;
    }

    private static int index(Written written, Map<Part, Integer> parts) {
        Part part = new Part(written.name(), written.layer(), written.head());
        parts.putIfAbsent(part, parts.size());
        return parts.get(part);
    }
}
