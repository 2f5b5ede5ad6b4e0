package io.heed.inspect.circuit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.heed.checkpoint.KeptSettings;
import io.heed.checkpoint.LanguageModel;
import io.heed.checkpoint.TinyModels;
import io.heed.inspect.circuit.graph.Graph;
import io.heed.inspect.circuit.pairs.PromptPair;
import io.heed.model.Fixtures;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Integrated gradients of every edge of a GPT-2, compared with those of PyTorch's autograd ({@code fixtures/make_attribution.py}). */
class AutogradTest {

    private static final int STEPS = 5;

    private static LanguageModel model() {
        NDManager manager = NDManager.newBaseManager(Device.cpu());
        try (LanguageModel other = TinyModels.words()) { // whose tokenizer is not asked
            return new LanguageModel(manager, Fixtures.gpt2(manager), other.tokenizer(), List.of(), KeptSettings.NONE);
        }
    }

    private static long[] ids(JsonNode node) {
        return StreamSupport.stream(node.spliterator(), false)
                .mapToLong(JsonNode::asLong)
                .toArray();
    }

    private static PromptPair pair(JsonNode pair) {
        return new PromptPair(
                "clean",
                "corrupted",
                ids(pair.get("clean")),
                ids(pair.get("corrupted")),
                new long[0],
                pair.get("answer").asInt(),
                pair.get("wrong").asInt());
    }

    @Test
    void the_scores_of_all_edges_are_those_of_autograd() throws Exception {
        JsonNode expected = JsonMapper.shared()
                .readTree(Files.readAllBytes(Path.of("src/test/resources/fixtures/attribution/gpt2.json")));
        List<PromptPair> pairs = StreamSupport.stream(expected.spliterator(), false)
                .map(AutogradTest::pair)
                .toList();
        Graph graph = new Graph(Fixtures.GPT2);
        assertThat(pairs).hasSize(2);
        try (LanguageModel model = model();
                PairedPrompts prompts =
                        new PairedPrompts(model, graph, pairs, Metric.LOGIT_DIFFERENCE, Baseline.COUNTERFACTUAL)) {
            double[][] scores = prompts.attribute(STEPS);
            for (int i = 0; i < scores.length; i++) {
                JsonNode right = expected.get(i).get("scores");
                assertThat(right.size()).isEqualTo(graph.size());
                double largest = StreamSupport.stream(right.spliterator(), false)
                        .mapToDouble(each -> Math.abs(each.asDouble()))
                        .max()
                        .orElseThrow();
                double[] all = graph.edges().stream()
                        .mapToDouble(edge -> right.get(edge.toString()).asDouble())
                        .toArray();
                assertThat(scores[i]).as("pair %d", i).containsExactly(all, offset(1e-4 * largest));
                assertThat(Arrays.stream(all).filter(each -> each != 0).count()).isGreaterThan(graph.size() / 2);
            }
        }
    }
}
