package io.heed.inspect.circuit.known;

import io.heed.inspect.circuit.graph.Edge;
import io.heed.inspect.circuit.graph.Graph;
import io.heed.model.Weight;
import io.heed.model.shape.Activation;
import io.heed.model.shape.Attention;
import io.heed.model.shape.FeedForward;
import io.heed.model.shape.ModelConfig;
import io.heed.model.shape.Norm;
import io.heed.model.shape.Positions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which parts of a GPT-2 read which, and the block of the residual stream that each part writes into.
 *
 * <p>Each part writes into its own block and nowhere else, and its numbers there add up to zero. An input sees a block only if it is wired
 * to it: its weights for all others are zero. Two more numbers, {@value #CONSTANT} and −{@value #CONSTANT} at every position, are so large
 * that the norms divide by nearly the same number whatever the parts write, and what is written has no mean. So an input depends on a
 * block that it is not wired to only by what little that adds to the variance.
 *
 * <p>A part that the wiring does not mention is idle: it keeps its random weights and reads everything before it, and nobody reads it.
 */
final class Wiring {

    /** The source that token embeddings are. */
    static final String WORDS = "words";

    /** The source that positions are; in a {@link Graph} it belongs to the words. */
    static final String PLACES = "places";

    private static final float CONSTANT = 1000;
    private static final int CONSTANTS = 2;
    private static final int WIDTH_OF_TOKENS = 8;
    private static final int WIDTH_OF_PLACES = 6;
    private static final int WIDTH = 6;
    private static final int WIDTH_OF_IDLE = 2;
    private static final int INNER = 16;

    /** Some numbers of the residual stream, from (inclusive) to (exclusive). */
    private record Block(int from, int to) {

        boolean has(int number) {
            return from <= number && number < to;
        }
    }

    private final int layers;
    private final int heads;
    private final Map<String, Set<String>> reads = new LinkedHashMap<>(); // the sources of each input
    private final Set<String> used = new HashSet<>();
    private final Map<String, Block> blocks = new LinkedHashMap<>();
    private final int width;

    /**
     * Wires parts.
     *
     * @param wires what each input reads, as in {@code 0.0.v<words ff0<0.0+places logits<ff0}; {@code 0.0<words} stands for values from
     *     the words, and queries and keys from positions
     */
    Wiring(int layers, int heads, String wires) {
        this.layers = layers;
        this.heads = heads;
        for (String wire : wires.split(" ", -1)) {
            String[] sides = wire.split("<", -1);
            if (sides[0].matches("\\d+\\.\\d+")) {
                wire(sides[0] + ".q", PLACES);
                wire(sides[0] + ".k", PLACES);
                wire(sides[0] + ".v", sides[1]);
            } else {
                wire(sides[0], sides[1]);
            }
        }
        int at = CONSTANTS;
        at = block(WORDS, at, WIDTH_OF_TOKENS);
        at = block(PLACES, at, WIDTH_OF_PLACES);
        for (String node : nodes()) {
            at = block(node, at, used.contains(node) ? WIDTH : WIDTH_OF_IDLE);
        }
        width = (at + heads - 1) / heads * heads;
    }

    private void wire(String input, String sources) {
        reads.put(input, Set.of(sources.split("\\+", -1)));
        used.add(node(input));
        used.addAll(sources(input));
    }

    private int block(String source, int from, int size) {
        blocks.put(source, new Block(from, from + size));
        return from + size;
    }

    private List<String> nodes() {
        List<String> nodes = new ArrayList<>();
        for (int layer = 0; layer < layers; layer++) {
            for (int head = 0; head < heads; head++) {
                nodes.add(layer + "." + head);
            }
            nodes.add("ff" + layer);
        }
        return nodes;
    }

    /** The part that an input belongs to, as of {@code 0.1.q}. */
    private static String node(String input) {
        return input.matches("\\d+\\.\\d+\\.[qkv]") ? input.substring(0, input.length() - 2) : input;
    }

    /** The shape of the model. */
    ModelConfig config(int vocabulary, int context) {
        return ModelConfig.builder(vocabulary, context, width, layers)
                .attention(new Attention(heads, true))
                .positions(new Positions.Learned())
                .feedForward(new FeedForward(INNER, Activation.GELU_NEW, true))
                .norm(new Norm(1e-5, true))
                .tiedHead(false)
                .build();
    }

    /** Whether training may change a weight; the norms stay as they are, and attention adds nothing that belongs to no head. */
    static boolean isTrained(Weight weight) {
        return switch (weight.role()) {
            case TOKENS, POSITIONS, QUERY_KEY_VALUE, QUERY_KEY_VALUE_BIAS, OUTPUT, UP, UP_BIAS, DOWN, DOWN_BIAS, HEAD ->
                true;
            default -> false;
        };
    }

    /**
     * The edges that a difference between two texts takes: those that are wired, whose source differs if the words do, and that lead to
     * the logits. A wire that carries positions alone is none of them, since positions are the same in both texts; nor are those into
     * idle parts.
     *
     * @param graph that of the model
     */
    List<String> truth(Graph graph) {
        Set<String> differing = new HashSet<>(Set.of(WORDS));
        for (String node : nodes()) {
            if (inputs(node).stream().anyMatch(input -> sources(input).stream().anyMatch(differing::contains))
                    && used.contains(node)) {
                differing.add(node);
            }
        }
        Set<String> needed = new HashSet<>(sources("logits"));
        for (int i = nodes().size() - 1; i >= 0; i--) {
            if (needed.contains(nodes().get(i))) {
                inputs(nodes().get(i)).forEach(input -> needed.addAll(sources(input)));
            }
        }
        return graph.edges().stream()
                .filter(edge -> {
                    String from = edge.from().toString();
                    String to = edge.to().toString();
                    return sources(to).contains(from)
                            && differing.contains(from)
                            && (to.equals("logits") || needed.contains(node(to)));
                })
                .map(Edge::toString)
                .toList();
    }

    private static List<String> inputs(String node) {
        return node.startsWith("ff") ? List.of(node) : List.of(node + ".q", node + ".k", node + ".v");
    }

    /** What an input that is not idle reads. */
    private Set<String> sources(String input) {
        return reads.getOrDefault(input, Set.of());
    }

    /**
     * Whether a number of a weight belongs to an idle part. Training leaves those alone: an optimizer that divides by the size of
     * gradients would make the most of what little they do to the variance.
     *
     * @param index its place, row by row
     */
    boolean isIdle(Weight weight, int index) {
        int columns = (int) weight.shape().get(weight.shape().dimension() - 1);
        String node = switch (weight.role()) {
            case QUERY_KEY_VALUE, QUERY_KEY_VALUE_BIAS -> head(weight, index % columns % width);
            case OUTPUT -> head(weight, index / columns);
            case UP, UP_BIAS, DOWN, DOWN_BIAS -> "ff" + weight.layer();
            default -> WORDS;
        };
        return !used.contains(node) && !node.equals(WORDS);
    }

    private String head(Weight weight, int number) {
        return weight.layer() + "." + number / (width / heads);
    }

    /** Makes the numbers of a weight fit, in place. */
    void fit(Weight weight, float[] numbers) {
        switch (weight.role()) {
            case TOKENS -> write(numbers, 0, numbers.length, WORDS);
            case POSITIONS -> {
                write(numbers, 0, numbers.length, PLACES);
                for (int row = 0; row < numbers.length; row += width) {
                    numbers[row] = CONSTANT;
                    numbers[row + 1] = -CONSTANT;
                }
            }
            case ATTENTION_NORM, FEED_FORWARD_NORM, FINAL_NORM ->
                Arrays.fill(numbers, (float) (CONSTANT * Math.sqrt((double) CONSTANTS / width)));
            case ATTENTION_NORM_SHIFT, FEED_FORWARD_NORM_SHIFT, FINAL_NORM_SHIFT, OUTPUT_BIAS ->
                Arrays.fill(numbers, 0);
            case QUERY_KEY_VALUE -> {
                for (int column = 0; column < 3 * width; column++) {
                    String head = head(weight, column % width);
                    read(numbers, column, 3 * width, head + "." + "qkv".charAt(column / width), head);
                }
            }
            case OUTPUT -> {
                int size = numbers.length / heads;
                for (int head = 0; head < heads; head++) {
                    write(numbers, head * size, (head + 1) * size, weight.layer() + "." + head);
                }
            }
            case UP -> {
                String node = "ff" + weight.layer();
                for (int column = 0; column < INNER; column++) {
                    read(numbers, column, INNER, node, node);
                }
            }
            case DOWN, DOWN_BIAS -> write(numbers, 0, numbers.length, "ff" + weight.layer());
            case HEAD -> {
                for (int row = 0; row < numbers.length; row += width) {
                    read(numbers, row, 1, "logits", "logits");
                }
            }
            default -> {}
        }
    }

    /** Keeps of rows (C) only what is in a block, less its mean. */
    private void write(float[] numbers, int from, int to, String source) {
        Block block = blocks.get(source);
        for (int row = from; row < to; row += width) {
            double mean = 0;
            for (int i = block.from; i < block.to; i++) {
                mean += numbers[row + i] / (double) (block.to - block.from);
            }
            for (int i = 0; i < width; i++) {
                numbers[row + i] = block.has(i) ? (float) (numbers[row + i] - mean) : 0;
            }
        }
    }

    /** Keeps of a column (C) only the weights of blocks that an input is wired to; of an idle part's all but those of the constants. */
    private void read(float[] numbers, int first, int step, String input, String node) {
        for (int i = 0; i < width; i++) {
            int number = i;
            boolean seen = used.contains(node)
                    ? sources(input).stream()
                            .anyMatch(source -> blocks.get(source).has(number))
                    : number >= CONSTANTS;
            if (!seen) {
                numbers[first + i * step] = 0;
            }
        }
    }
}
