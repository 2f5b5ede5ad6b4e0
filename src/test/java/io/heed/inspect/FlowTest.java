package io.heed.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.heed.Seeds;
import io.heed.model.Trace.Step;
import io.heed.text.tokenizer.Encoded;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The maximum flow is the minimum cut (Ford and Fulkerson 1956), which small graphs allow to find by trying every cut. */
class FlowTest {

    /** Random weights of two heads; a third of them nothing, so that ways cross and end. */
    private static Recording random(int layers, int length, int seed) {
        RandomGenerator random = Seeds.random(seed, "flow", 0);
        List<Map<Step, Tensor>> all = new ArrayList<>();
        for (int layer = 0; layer < layers; layer++) {
            float[] weights = new float[2 * length * length];
            for (int row = 0; row < 2 * length; row++) {
                int query = row % length;
                float sum = 0;
                for (int key = 0; key <= query; key++) {
                    float weight = key > 0 && random.nextInt(3) == 0 ? 0 : random.nextFloat();
                    weights[row * length + key] = weight;
                    sum += weight;
                }
                for (int key = 0; key <= query; key++) {
                    weights[row * length + key] /= sum;
                }
            }
            all.add(Map.of(Step.WEIGHTS, new Tensor(new long[] {2, length, length}, weights)));
        }
        List<String> tokens = Collections.nCopies(length, "t");
        Encoded encoded =
                new Encoded(new long[length], tokens, Collections.nCopies(length, new Encoded.Span(0, 1)), List.of());
        return Maps.recording("t", encoded, all, Map.of());
    }

    /** The least that every set of nodes with the end, and without the beginning, lets out. */
    private static double cheapestCut(Recording recording, int end, int start) {
        int length = recording.length();
        int nodes = (recording.layers() + 1) * length;
        int source = nodes - length + end;
        double[][][] pipes = new double[recording.layers()][length][length];
        for (int layer = 0; layer < pipes.length; layer++) {
            for (int i = 0; i < length * length; i++) {
                int upper = i / length;
                int lower = i % length;
                double both = (double) recording.weights(layer, 0)[upper][lower]
                        + recording.weights(layer, 1)[upper][lower];
                pipes[layer][upper][lower] = both / 4 + (upper == lower ? .5 : 0);
            }
        }
        double cheapest = Double.POSITIVE_INFINITY;
        for (int side = 0; side < 1 << nodes; side++) {
            if ((side >> source & 1) == 0 || (side >> start & 1) == 1) {
                continue;
            }
            double cut = 0;
            for (int layer = 0; layer < recording.layers(); layer++) {
                for (int upper = 0; upper < length; upper++) {
                    if ((side >> ((layer + 1) * length + upper) & 1) == 0) {
                        continue;
                    }
                    for (int lower = 0; lower <= upper; lower++) {
                        if ((side >> (layer * length + lower) & 1) == 0) {
                            cut += pipes[layer][upper][lower];
                        }
                    }
                }
            }
            cheapest = Math.min(cheapest, cut);
        }
        return cheapest;
    }

    @ParameterizedTest
    @CsvSource({"1,3,1", "2,3,2", "2,4,6", "3,4,1", "3,4,2", "3,4,3", "3,4,4", "3,4,5", "3,4,6", "3,4,7", "3,4,8"})
    void is_the_cheapest_of_all_cuts(int layers, int length, int seed) {
        Recording recording = random(layers, length, seed);
        double[][] flow = AttentionFlow.of(recording);
        for (int end = 0; end < length; end++) {
            assertThat(AttentionFlow.to(recording, end)).isEqualTo(flow[end]);
            for (int start = 0; start < length; start++) {
                assertThat(flow[end][start])
                        .as("from %d to %d", start, end)
                        .isEqualTo(cheapestCut(recording, end, start), within(1e-9));
            }
        }
    }

    /** Through two layers each way has a middle of its own: what flows is the sum of the narrower of each two pipes. */
    @ParameterizedTest
    @CsvSource({"12,8", "30,9"})
    void through_two_layers_is_the_sum_over_the_positions_between(int length, int seed) {
        Recording recording = random(2, length, seed);
        double[][] lower = Rollout.withResidual(recording, 0);
        double[][] upper = Rollout.withResidual(recording, 1);
        double[][] flow = AttentionFlow.of(recording);
        for (int end = 0; end < length; end++) {
            for (int start = 0; start < length; start++) {
                double sum = 0;
                for (int middle = 0; middle < length; middle++) {
                    sum += Math.min(upper[end][middle], lower[middle][start]);
                }
                assertThat(flow[end][start]).isEqualTo(sum, within(1e-9));
            }
        }
    }
}
