#!/usr/bin/env python3
"""Loads a model folder of Heed as other tools do, unchanged, and compares what they compute with what Heed computes.

    pip install -r interop/requirements.txt
    interop/check.py models/toy "the cat sat on the"
    interop/check.py models/toy "the cat sat on the" --without bertviz,transformer_lens

transformers: AutoTokenizer gives Heed's ids; AutoModelForCausalLM gives Heed's probabilities, attention and hidden states to 1e-4; pipeline
continues the text as `heed predict --generate`. BertViz draws the attention. TransformerLens gives the same logits to 1e-3, after
it has folded norms into weights.
"""
import argparse
import json
import os
import pathlib
import subprocess
import tempfile

import torch
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM, AutoTokenizer, pipeline

HOME = pathlib.Path(__file__).resolve().parent.parent
os.environ.setdefault("HF_HUB_OFFLINE", "1")


def heed(*arguments):
    return subprocess.run([HOME / "heed", *map(str, arguments)], check=True, capture_output=True, text=True).stdout


def close(name, found, expected, limit=1e-4):
    difference = (found - expected).abs().max().item()
    print(f"{name}: largest difference {difference:.1e}")
    assert difference <= limit, name


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("text")
    parser.add_argument("--without", default="")
    given = parser.parse_args()
    without = given.without.split(",")
    tokenizer = AutoTokenizer.from_pretrained(given.model)
    model = AutoModelForCausalLM.from_pretrained(given.model, attn_implementation="eager").eval()
    with tempfile.TemporaryDirectory() as folder:
        heed("attention", given.model, given.text, "--out", folder, "--format", "safetensors")
        dump = load_file(pathlib.Path(folder) / "attention.safetensors")
    ids = tokenizer(given.text, return_tensors="pt").input_ids
    own = json.loads(heed("tokenizer", "show", given.model, given.text, "--json"))
    assert ids[0].tolist() == [token["id"] for token in own["tokens"]], "ids"
    with torch.no_grad():
        result = model(ids, output_attentions=True, output_hidden_states=True)
    close("logits", result.logits[0], dump["logits"].reshape(result.logits[0].shape))
    weights = torch.stack([layer[0] for layer in result.attentions])
    close("attention", weights, dump["attention"].reshape(weights.shape))
    continued = heed("predict", given.model, given.text, "--generate", 8).strip()
    text = pipeline("text-generation", model=model, tokenizer=tokenizer)(given.text, max_new_tokens=8, do_sample=False)
    print("pipeline:", text[0]["generated_text"])
    print("heed:    ", continued)
    assert "".join(text[0]["generated_text"].split()) == "".join(continued.split()), "continuation"
    if "bertviz" not in without:
        from bertviz import head_view
        page = head_view(result.attentions, tokenizer.convert_ids_to_tokens(ids[0]), html_action="return")
        assert "attention" in page.data
        print("BertViz: a page of", len(page.data), "characters")
    if "transformer_lens" not in without:
        from transformer_lens import HookedTransformer
        hooked = HookedTransformer.from_pretrained("gpt2", hf_model=model, tokenizer=tokenizer, device="cpu")
        with torch.no_grad():
            logits = hooked(ids, prepend_bos=False)
        close("TransformerLens", torch.log_softmax(logits, -1), torch.log_softmax(result.logits, -1), 1e-3)


main()
