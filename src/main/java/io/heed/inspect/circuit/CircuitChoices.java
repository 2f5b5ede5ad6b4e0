package io.heed.inspect.circuit;

import io.heed.checkpoint.LanguageModel;
import io.heed.inspect.circuit.pairs.PromptPair;
import io.heed.model.Distribution;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
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

    /** Runs a model with every choice. */
    public static CircuitChoices of(LanguageModel model, CircuitReport report) {
        Graph graph = new Graph(model.transformer().config());
        int[] circuit = Circuit.of(report).in(graph).stream().toArray();
        List<Integer> chosen = IntStream.range(0, circuit.length)
                .boxed()
                .sorted(Comparator.comparingDouble(
                        i -> -Math.abs(report.proof().lost().get(i))))
                .limit(MOST)
                .sorted()
                .toList();
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
        PromptPair pair = report.example().pair();
        try (PromptGroup group = new PromptGroup(model, graph, List.of(pair), Baseline.COUNTERFACTUAL)) {
            group.answer(sets, (set, prompt, logits) -> {
                Distribution next = new Distribution(logits);
                answer[set] = (float) next.probability(pair.answer());
                wrong[set] = (float) next.probability(pair.wrong());
            });
        }
        return new CircuitChoices(chosen, answer, wrong);
    }
}
