"""Heed's models in TransformerLens.

`HookedTransformer.from_pretrained` takes the shape of a model from a list of names, and a folder is not in it. So the shape is taken
here from the folder's config.json; the weights go through TransformerLens's own conversion from transformers.
"""
from transformer_lens import HookedTransformer, HookedTransformerConfig
from transformer_lens.pretrained.weight_conversions.gpt2 import convert_gpt2_weights
from transformers import AutoModelForCausalLM


def load(folder, tokenizer=None, process=False):
    """The model of a folder.

    tokenizer: the folder's, by AutoTokenizer; without one the model reads ids
    process: whether weights are rewritten as from_pretrained does (norms folded in, what is written and the logits centred), which
        leaves attention and probabilities as they were, but neither logits nor the residual stream
    """
    model = AutoModelForCausalLM.from_pretrained(folder)
    gpt2 = model.config
    config = HookedTransformerConfig(
        n_layers=gpt2.n_layer,
        n_heads=gpt2.n_head,
        d_model=gpt2.n_embd,
        d_head=gpt2.n_embd // gpt2.n_head,
        d_mlp=gpt2.n_inner or 4 * gpt2.n_embd,
        n_ctx=gpt2.n_positions,
        d_vocab=gpt2.vocab_size,
        act_fn=gpt2.activation_function,
        eps=gpt2.layer_norm_epsilon,
        normalization_type="LN",
        use_attn_scale=gpt2.scale_attn_weights,
        scale_attn_by_inverse_layer_idx=gpt2.scale_attn_by_inverse_layer_idx,
        default_prepend_bos=tokenizer is not None and len(tokenizer("").input_ids) > 0,  # a mark, where Heed reads one
        original_architecture="GPT2LMHeadModel",
    )
    hooked = HookedTransformer(config, tokenizer)
    hooked.load_and_process_state_dict(
        convert_gpt2_weights(model, config),
        fold_ln=process,
        center_writing_weights=process,
        center_unembed=process,
        fold_value_biases=process,
    )
    return hooked
