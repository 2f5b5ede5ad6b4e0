package io.heed.inspect.circuit;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.heed.checkpoint.LanguageModel;
import io.heed.inspect.circuit.graph.Edge;
import io.heed.inspect.circuit.graph.Graph;
import io.heed.inspect.circuit.graph.Needed;
import io.heed.inspect.circuit.graph.Port;
import io.heed.inspect.circuit.pairs.PromptPair;
import io.heed.model.Distribution;
import io.heed.model.Trace.Part;
import io.heed.text.Visible;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;

/**
 * A pair, and where in its texts a circuit's edges matter.
 *
 * @param pair the pair
 * @param clean the tokens of the clean text
 * @param corrupted those of the corrupted text
 * @param written those of the translation so far; empty if the model does not translate
 * @param answer the token that follows the clean text
 * @param wrong the token that follows the corrupted text
 * @param probability P(answer) after the clean text
 * @param alone P(answer) with the circuit alone
 * @param without P(answer) after the corrupted text
 * @param sharing how many heads share a key head
 * @param places where each edge matters, by edge and position
 * @param small how many other edges at a position change the answer, each by less than {@link #LEAST}
 */
public record CircuitExample(
        @JsonIgnore PromptPair pair,
        List<String> clean,
        List<String> corrupted,
        List<String> written,
        String answer,
        String wrong,
        double probability,
        double alone,
        double without,
        @JsonIgnore int sharing,
        List<Place> places,
        int small) {

    /** What an edge has to matter at a position to be told of, as a share of the difference between the texts. */
    public static final double LEAST = 0.01;

    /** The most edges that are looked at: those without which the circuit loses most. */
    private static final int MOST_EDGES = 40;

    /** The multiplications that this may take in a large model. */
    private static final long MOST_WORK = 300_000_000_000L;

    /**
     * An edge at a position.
     *
     * @param of the edge
     * @param position where its input reads, from 0: in the translation so far, or in the text; in the source for what reads the source
     * @param lost what the circuit's faithfulness on this pair loses without the edge there
     */
    public record Place(@JsonIgnore Edge of, int position, double lost) {

        /** The edge's name. */
        @JsonProperty
        public String edge() {
            return of.toString();
        }
    }

    /**
     * Measures a pair.
     *
     * @param lost for each edge of the circuit what its faithfulness loses without it
     */
    static CircuitExample of(
            LanguageModel model, Graph graph, PromptPair pair, Metric metric, BitSet circuit, List<Double> lost) {
        int[] edges = circuit.stream().toArray();
        try (PromptGroup group = new PromptGroup(model, graph, List.of(pair), Baseline.COUNTERFACTUAL)) {
            long each = group.work(new Needed(graph, circuit)) * pair.clean().length;
            List<Integer> chosen = CircuitProof.byLost(lost).stream()
                    .filter(i -> !lost.get(i).isNaN())
                    .limit(graph.isLarge() ? Math.max(1, Math.min(MOST_EDGES, MOST_WORK / each)) : MOST_EDGES)
                    .sorted()
                    .map(i -> edges[i])
                    .toList();
            List<PromptGroup.Cut> cuts = new ArrayList<>(List.of(PromptGroup.Cut.NONE));
            for (int edge : chosen) {
                Port port = graph.edges().get(edge).to().port();
                int positions = group.positions(port.stream());
                for (int at = port.isEnd() ? positions - 1 : 0; at < positions; at++) {
                    cuts.add(new PromptGroup.Cut(edge, at));
                }
            }
            float[] clean = group.cleanLogits()[0];
            float[] corrupted = group.corruptedLogits()[0];
            double right = metric.of(pair, clean, clean);
            double other = metric.of(pair, corrupted, clean);
            double[] measured = new double[cuts.size()];
            double[] alone = new double[1];
            group.answer(Collections.nCopies(cuts.size(), circuit), cuts, (set, prompt, logits) -> {
                measured[set] = metric.of(pair, logits, clean);
                if (set == 0) {
                    alone[0] = probability(pair, logits);
                }
            });
            List<Place> places = new ArrayList<>();
            int small = 0;
            for (int i = 1; i < cuts.size(); i++) {
                double loses = (measured[0] - measured[i]) / (right - other);
                if (Math.abs(loses) >= LEAST) {
                    Edge edge = graph.edges().get(cuts.get(i).edge());
                    places.add(new Place(edge, cuts.get(i).position(), loses));
                } else if (loses != 0) {
                    small++;
                }
            }
            return new CircuitExample(
                    pair,
                    shown(model, pair.clean()),
                    shown(model, pair.corrupted()),
                    shown(model, pair.written()),
                    shown(model, new long[] {pair.answer()}).get(0),
                    shown(model, new long[] {pair.wrong()}).get(0),
                    probability(pair, clean),
                    alone[0],
                    probability(pair, corrupted),
                    model.transformer().config().attention().sharing(),
                    places,
                    small);
        }
    }

    private static double probability(PromptPair pair, float[] logits) {
        return new Distribution(logits).probability(pair.answer());
    }

    private static List<String> shown(LanguageModel model, long[] ids) {
        return model.encoded(ids).shown().stream().map(Visible::text).toList();
    }

    /** Whether the model translates, so that there are two streams. */
    public boolean translates() {
        return !written.isEmpty();
    }

    /** The tokens that a stream belongs to. */
    public List<String> tokens(Part stream) {
        return translates() && stream == Part.DECODER ? written : clean;
    }
}
