package io.heed.checkpoint.gguf;

import java.util.ArrayList;
import java.util.List;

/**
 * A tensor's names in both formats, and how the order of its numbers differs.
 *
 * @param gguf its name in a GGUF file, {@code %d} for the layer
 * @param huggingFace its name in a Hugging Face folder
 * @param shape its dimensions in a Hugging Face folder, a letter each: V tokens, T positions, C width, F width of the feed-forward network,
 *     Q all queries, K all keys, D a head, 3 queries, keys and values side by side
 * @param layout how the order of its numbers differs
 */
record TensorName(String gguf, String huggingFace, String shape, Layout layout) {

    /** The order of numbers in a GGUF file, compared with a Hugging Face folder. */
    enum Layout {
        SAME,
        /** Transposed. */
        TRANSPOSED,
        /** The rows of each query head alternate between its two halves: 0, D/2, 1, D/2+1, … */
        QUERY_PAIRS,
        /** The same for key heads. */
        KEY_PAIRS
    }

    private static final String LAYER = "model.layers.%d.";

    static final List<TensorName> GPT2 = List.of(
            same("token_embd.weight", "transformer.wte.weight", "VC"),
            same("position_embd.weight", "transformer.wpe.weight", "TC"),
            same("output_norm.weight", "transformer.ln_f.weight", "C"),
            same("output_norm.bias", "transformer.ln_f.bias", "C"),
            same("output.weight", "lm_head.weight", "VC"),
            same("blk.%d.attn_norm.weight", "transformer.h.%d.ln_1.weight", "C"),
            same("blk.%d.attn_norm.bias", "transformer.h.%d.ln_1.bias", "C"),
            transposed("blk.%d.attn_qkv.weight", "transformer.h.%d.attn.c_attn.weight", "C3"),
            same("blk.%d.attn_qkv.bias", "transformer.h.%d.attn.c_attn.bias", "3"),
            transposed("blk.%d.attn_output.weight", "transformer.h.%d.attn.c_proj.weight", "CC"),
            same("blk.%d.attn_output.bias", "transformer.h.%d.attn.c_proj.bias", "C"),
            same("blk.%d.ffn_norm.weight", "transformer.h.%d.ln_2.weight", "C"),
            same("blk.%d.ffn_norm.bias", "transformer.h.%d.ln_2.bias", "C"),
            transposed("blk.%d.ffn_up.weight", "transformer.h.%d.mlp.c_fc.weight", "CF"),
            same("blk.%d.ffn_up.bias", "transformer.h.%d.mlp.c_fc.bias", "F"),
            transposed("blk.%d.ffn_down.weight", "transformer.h.%d.mlp.c_proj.weight", "FC"),
            same("blk.%d.ffn_down.bias", "transformer.h.%d.mlp.c_proj.bias", "C"));

    private static final List<TensorName> GATED = List.of(
            same("token_embd.weight", "model.embed_tokens.weight", "VC"),
            same("output_norm.weight", "model.norm.weight", "C"),
            same("output.weight", "lm_head.weight", "VC"),
            same("blk.%d.attn_norm.weight", LAYER + "input_layernorm.weight", "C"),
            same("blk.%d.attn_v.weight", LAYER + "self_attn.v_proj.weight", "KC"),
            same("blk.%d.attn_output.weight", LAYER + "self_attn.o_proj.weight", "CQ"),
            same("blk.%d.ffn_norm.weight", LAYER + "post_attention_layernorm.weight", "C"),
            same("blk.%d.ffn_gate.weight", LAYER + "mlp.gate_proj.weight", "FC"),
            same("blk.%d.ffn_up.weight", LAYER + "mlp.up_proj.weight", "FC"),
            same("blk.%d.ffn_down.weight", LAYER + "mlp.down_proj.weight", "CF"));

    static final List<TensorName> LLAMA = and(
            GATED,
            new TensorName("blk.%d.attn_q.weight", LAYER + "self_attn.q_proj.weight", "QC", Layout.QUERY_PAIRS),
            new TensorName("blk.%d.attn_k.weight", LAYER + "self_attn.k_proj.weight", "KC", Layout.KEY_PAIRS));

    private static final List<TensorName> QWEN = and(
            GATED,
            same("blk.%d.attn_q.weight", LAYER + "self_attn.q_proj.weight", "QC"),
            same("blk.%d.attn_k.weight", LAYER + "self_attn.k_proj.weight", "KC"));

    static final List<TensorName> QWEN2 = and(
            QWEN,
            same("blk.%d.attn_q.bias", LAYER + "self_attn.q_proj.bias", "Q"),
            same("blk.%d.attn_k.bias", LAYER + "self_attn.k_proj.bias", "K"),
            same("blk.%d.attn_v.bias", LAYER + "self_attn.v_proj.bias", "K"));

    static final List<TensorName> QWEN3 = and(
            QWEN,
            same("blk.%d.attn_q_norm.weight", LAYER + "self_attn.q_norm.weight", "D"),
            same("blk.%d.attn_k_norm.weight", LAYER + "self_attn.k_norm.weight", "D"));

    private static TensorName same(String gguf, String huggingFace, String shape) {
        return new TensorName(gguf, huggingFace, shape, Layout.SAME);
    }

    private static TensorName transposed(String gguf, String huggingFace, String shape) {
        return new TensorName(gguf, huggingFace, shape, Layout.TRANSPOSED);
    }

    private static List<TensorName> and(List<TensorName> names, TensorName... more) {
        List<TensorName> all = new ArrayList<>(names);
        all.addAll(List.of(more));
        return List.copyOf(all);
    }

    /** Whether each layer has one. */
    boolean inLayer() {
        return gguf.contains("%d");
    }

    /** Whether it is the tensor of an untied head, which a model may lack. */
    boolean isHead() {
        return gguf.equals("output.weight");
    }

    /** The same tensor of one layer. */
    TensorName of(int layer) {
        return new TensorName(gguf.formatted(layer), huggingFace.formatted(layer), shape, layout);
    }
}
