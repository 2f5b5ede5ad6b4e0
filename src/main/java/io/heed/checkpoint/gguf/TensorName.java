package io.heed.checkpoint.gguf;

import ai.djl.ndarray.types.Shape;
import io.heed.checkpoint.family.Families;
import io.heed.checkpoint.family.Family;
import io.heed.checkpoint.family.StoredAs;
import io.heed.model.Weight;
import io.heed.model.WeightPlan;
import io.heed.model.shape.ModelConfig;
import java.util.ArrayList;
import java.util.List;

/**
 * A tensor in both worlds: its names, and the order of its numbers in each.
 *
 * @param gguf its name in a GGUF file
 * @param huggingFace its name in a Hugging Face folder
 * @param shape its dimensions in a Hugging Face folder
 * @param layout how the orders differ
 * @param head the width of a head
 */
record TensorName(String gguf, String huggingFace, Shape shape, Layout layout, int head) {

    /** The order of numbers in a GGUF file, relative to that in a Hugging Face folder. */
    enum Layout {
        SAME,
        /** Rows and columns are exchanged. */
        TRANSPOSED,
        /** The rows of each head alternate between its two halves: 0, D/2, 1, D/2+1, … */
        PAIRS
    }

    /** The tensors of a model, in the order of the computation. */
    static List<TensorName> of(GgufArchitecture architecture, ModelConfig config) {
        Family family = Families.of(architecture.label());
        List<TensorName> all = new ArrayList<>();
        for (Weight weight : WeightPlan.of(config).weights()) {
            StoredAs stored = family.stored(weight, config);
            List<Shape> shapes = stored.shapes(weight.shape(), config);
            for (int i = 0; i < shapes.size(); i++) {
                String name = stored.tensors().get(i);
                boolean projection = weight.inLayer() && weight.shape().dimension() == 2;
                boolean queryOrKey = weight.role() == Weight.Role.QUERY_KEY_VALUE && i < 2;
                Layout layout = projection && stored.order() == StoredAs.Order.AS_PLANNED
                        ? Layout.TRANSPOSED
                        : queryOrKey && architecture.rotatesNeighbours() ? Layout.PAIRS : Layout.SAME;
                all.add(new TensorName(
                        place(weight) + names(weight.role(), shapes.size()).get(i) + suffix(name),
                        family.fullName(name),
                        shapes.get(i),
                        layout,
                        config.headWidth()));
            }
        }
        return all;
    }

    private static String place(Weight weight) {
        return weight.inLayer() ? "blk." + weight.layer() + "." : "";
    }

    private static String suffix(String name) {
        return name.substring(name.lastIndexOf('.'));
    }

    /** What a GGUF file calls the tensors of a weight, which are its three projections or it. */
    private static List<String> names(Weight.Role role, int tensors) {
        return switch (role) {
            case TOKENS -> List.of("token_embd");
            case POSITIONS -> List.of("position_embd");
            case ATTENTION_NORM, ATTENTION_NORM_SHIFT -> List.of("attn_norm");
            case QUERY_KEY_VALUE, QUERY_KEY_VALUE_BIAS ->
                tensors == 1 ? List.of("attn_qkv") : List.of("attn_q", "attn_k", "attn_v");
            case QUERY_NORM -> List.of("attn_q_norm");
            case KEY_NORM -> List.of("attn_k_norm");
            case OUTPUT, OUTPUT_BIAS -> List.of("attn_output");
            case FEED_FORWARD_NORM, FEED_FORWARD_NORM_SHIFT -> List.of("ffn_norm");
            case GATE, GATE_BIAS -> List.of("ffn_gate");
            case UP, UP_BIAS -> List.of("ffn_up");
            case DOWN, DOWN_BIAS -> List.of("ffn_down");
            case FINAL_NORM, FINAL_NORM_SHIFT -> List.of("output_norm");
            case HEAD -> List.of("output");
        };
    }

    /** Its dimensions in a GGUF file, the innermost last. */
    long[] ggufShape() {
        long[] dimensions = shape.getShape();
        return layout == Layout.TRANSPOSED ? new long[] {dimensions[1], dimensions[0]} : dimensions;
    }

    /**
     * Where a row of the Hugging Face tensor is in the GGUF file's.
     *
     * @param row from 0
     */
    long ggufRow(long row) {
        return layout == Layout.PAIRS ? row / head * head + row % head % (head / 2) * 2 + row % head / (head / 2) : row;
    }

    /**
     * Where a row of the GGUF file's tensor is in the Hugging Face one.
     *
     * @param row from 0
     */
    long huggingFaceRow(long row) {
        return layout == Layout.PAIRS ? row / head * head + row % head / 2 + row % 2 * (head / 2) : row;
    }
}
