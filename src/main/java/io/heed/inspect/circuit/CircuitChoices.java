package io.heed.inspect.circuit;

import io.heed.checkpoint.LanguageModel;
import io.heed.inspect.circuit.graph.Graph;
import io.heed.inspect.circuit.graph.Needed;
import io.heed.inspect.circuit.pairs.PromptPair;
import io.heed.model.Distribution;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What a model answers after a report's example with any choice of a circuit's edges: all sets of n edges are run.
 *
 * @param edges the edges that can be chosen, by their places in the circuit: those without which it loses most; the others stay
 * @param answer P(answer) with each set, (2ⁿ): in set i are the edges whose bits are 1 in i
 * @param wrong P(the wrong answer), likewise
 */
public record CircuitChoices(List<Integer> edges, float[] answer, float[] wrong) {

    private static final int MOST = 12;

    /** The multiplications that all sets may take together. */
    private static final long MOST_WORK = 300_000_000_000L;

    /** Runs a model with every choice. */
    public static CircuitChoices of(LanguageModel model, CircuitReport report) {
        Graph graph = new Graph(model.transformer().config());
        BitSet whole = report.circuit().in(graph);
        PromptPair pair = report.example().pair();
        try (PromptGroup group = new PromptGroup(model, graph, List.of(pair), Baseline.COUNTERFACTUAL)) {
            long sets = Math.max(2, MOST_WORK / group.work(new Needed(graph, whole)));
            int most = Math.min(MOST, Long.SIZE - 1 - Long.numberOfLeadingZeros(sets));
            List<Integer> chosen = CircuitProof.byLost(report.proof().lost()).stream()
                    .limit(most)
                    .sorted()
                    .toList();
            return of(group, whole.stream().toArray(), chosen);
        }
    }

    private static CircuitChoices of(PromptGroup group, int[] circuit, List<Integer> chosen) {
        List<BitSet> sets = new ArrayList<>();
        for (int set = 0; set < 1 << chosen.size(); set++) {
            BitSet edges = new BitSet();
            IntStream.of(circuit).forEach(edges::set);
            for (int bit = 0; bit < chosen.size(); bit++) {
                if ((set >> bit & 1) == 0) {
                    edges.clear(circuit[chosen.get(bit)]);
                }
            }
            sets.add(edges);
        }
        float[] answer = new float[sets.size()];
        float[] wrong = new float[sets.size()];
        PromptPair pair = group.prompts().get(0);
        group.answer(sets, (set, prompt, logits) -> {
            Distribution next = new Distribution(logits);
            answer[set] = (float) next.probability(pair.answer());
            wrong[set] = (float) next.probability(pair.wrong());
        });
        return new CircuitChoices(chosen, answer, wrong);
    }
}
