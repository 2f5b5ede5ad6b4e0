package io.heed.inspect.circuit;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import io.heed.inspect.circuit.graph.Graph;
import io.heed.inspect.circuit.graph.Port;
import io.heed.inspect.circuit.pairs.PromptPair;
import io.heed.kernels.GradMode;
import io.heed.kernels.OptimizerKernels;
import io.heed.model.Trace;
import io.heed.model.Trace.Part;
import io.heed.model.Trace.Reader;
import io.heed.model.Trace.Step;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Estimates what each edge does to a metric (edge attribution patching with integrated gradients; Hanna et al., arXiv 2403.17806): the
 * difference of what its node adds, times the gradient of the metric with respect to what its input reads, the mean over words that go
 * from the corrupted to the clean ones in steps. P prompts, T positions, C width.
 */
final class IntegratedGradients {

    private final PromptGroup group;
    private final Graph graph;
    private final List<PromptPair> prompts;
    private final PairedPrompts.Passes passes;

    IntegratedGradients(PromptGroup group, PairedPrompts.Passes passes) {
        this.passes = passes;
        this.group = group;
        graph = group.graph();
        prompts = group.prompts();
    }

    /**
     * Estimates them.
     *
     * @param reading owns what is computed
     * @param clean the logits after the clean texts, (P,V)
     * @param steps how many steps
     * @return for each prompt and edge, (P,edges)
     */
    double[][] attribute(NDManager reading, Metric metric, float[][] clean, int steps, OptimizerKernels kernels) {
        double[][] scores = new double[prompts.size()][graph.size()];
        Map<Part, NDArray> differences = group.differences(reading); // (1,nodes,P,T,C)
        Map<Part, NDArray> byPrompt = new EnumMap<>(Part.class); // (P,nodes,T,C)
        differences.forEach((stream, added) ->
                byPrompt.put(stream, added.squeeze(0).swapAxes(0, 1).duplicate()));
        for (int step = 1; step <= steps; step++) {
            try (GradMode on = GradMode.on();
                    NDManager once = reading.newSubManager()) {
                Probes probes = new Probes(once, differences, 1 - (double) step / steps);
                NDArray logits = group.readForGradients(once, new Trace(EnumSet.noneOf(Step.class), probes));
                NDArray sum = metric.sum(prompts, logits.squeeze(1), clean);
                NDList gradients = kernels.gradients(sum, new NDList(new ArrayList<>(probes.probes.values())));
                gradients.attach(once);
                int at = 0;
                for (Port port : probes.probes.keySet()) {
                    score(scores, port, differences(byPrompt, port.stream()), gradients.get(at++), steps);
                }
            }
            prompts.forEach(prompt -> passes.pass());
        }
        return scores;
    }

    private static NDArray differences(Map<Part, NDArray> differences, Part stream) {
        return Objects.requireNonNull(differences.get(stream));
    }

    /** Adds the products of what nodes add and a gradient, (P,N,T,C) or, of one input, (P,T,C). */
    private void score(double[][] scores, Port port, NDArray differences, NDArray gradient, int steps) {
        int before = graph.before(port);
        int inputs = graph.streams(port);
        NDIndex some = new NDIndex(port.isEnd() ? ":,0:{},-1:" : ":,0:{}", before);
        NDArray added = differences.get(gradient.getManager(), some); // (P,S,T,C)
        float[] products = gradient.reshape(prompts.size(), inputs, -1) // (P,N,T·C)
                .matMul(added.reshape(prompts.size(), before, -1).swapAxes(1, 2))
                .toFloatArray(); // (P,N,S)
        int at = 0;
        for (double[] ofPrompt : scores) {
            for (int input = 0; input < inputs; input++) {
                int first = graph.first(port.input(input));
                for (int node = 0; node < before; node++) {
                    ofPrompt[first + node] += products[at++] / steps;
                }
            }
        }
    }

    /** Adds zeros to what each input reads, whose gradients are those of its stream. */
    private final class Probes implements Trace.Intervention {

        final Map<Port, NDArray> probes = new LinkedHashMap<>();
        private final NDManager reading;
        private final Map<Part, NDArray> differences;
        private final double corrupted; // the share of the corrupted words

        Probes(NDManager reading, Map<Part, NDArray> differences, double corrupted) {
            this.reading = reading;
            this.differences = differences;
            this.corrupted = corrupted;
        }

        @Override
        public NDArray apply(Trace.Place place, NDArray value) {
            return place.step() == Step.TOKEN_EMBEDDING
                    ? value.sub(
                            differences(differences, place.part()).get("0,0").mul((float) corrupted))
                    : value;
        }

        @Override
        public NDArray read(Part part, int layer, Reader reader, NDArray stream) {
            Port port = new Port(part, layer, reader);
            NDArray probe = reading.zeros(group.shape(port, 1));
            probe.setRequiresGradient(true);
            probes.put(port, probe);
            NDArray read = port.isEnd() ? PromptGroup.last(stream) : stream;
            return (port.isOne() ? read : read.expandDims(1)).add(probe);
        }
    }
}
