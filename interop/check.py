#!/usr/bin/env python3
"""Loads a model folder as other tools do, unchanged, and compares what they compute with what Heed computes.

    pip install -r interop/requirements.txt
    python interop/check.py models/toy "the cat sat on the"
    python interop/check.py src/test/resources/fixtures/gpt2 --ids 1,5,9

Ids, logits, every attention map and the residual stream of transformers and TransformerLens; a continuation; what BertViz draws. Then it
runs the snippets of docs/interop.md.
"""
import argparse
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

os.environ.setdefault("HF_HUB_OFFLINE", "1")
HOME = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(HOME))

import torch
from bertviz import head_view, model_view
from interop import hooked
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM, AutoTokenizer, pipeline


def heed(*arguments):
    return subprocess.run([HOME / "heed", *map(str, arguments)], check=True, stdout=subprocess.PIPE, text=True).stdout


def close(name, found, expected, limit=1e-4):
    difference = (found - expected.reshape(found.shape)).abs().max().item()
    print(f"{name}: largest difference {difference:.1e}")
    assert difference <= limit, name


def check_transformers(model, inputs, dump):
    with torch.no_grad():
        result = model(**inputs, output_attentions=True, output_hidden_states=True)
    close("transformers, logits", result.logits, dump["logits"])
    close("transformers, attention", torch.stack(result.attentions), dump["weights"])
    close("transformers, hidden states", torch.stack(result.hidden_states[:-1]), dump["residual_before"])
    close("transformers, the last hidden state", result.hidden_states[-1], dump["final_norm"])


def check_hooked(folder, tokenizer, ids, text, dump):
    lens = hooked.load(folder, tokenizer)
    if tokenizer is not None:
        assert torch.equal(lens.to_tokens(text), ids), "ids"
    with torch.no_grad():
        logits, cache = lens.run_with_cache(ids)
        rewritten = hooked.load(folder, tokenizer, process=True)(ids)
    layers = range(lens.cfg.n_layers)
    close("TransformerLens, logits", logits, dump["logits"])
    for key, array in {"pattern": "weights", "z": "head_output", "resid_pre": "residual_before", "resid_post": "residual_after"}.items():
        found = torch.cat([cache[key, layer] for layer in layers])
        close(f"TransformerLens, {key}", found.transpose(1, 2) if key == "z" else found, dump[array])
    close("TransformerLens, ln p, weights processed", rewritten.log_softmax(-1), dump["logits"].log_softmax(-1))


def drawn(page):
    """The attention in a page of BertViz, (L,H,T,T)."""
    found, _ = json.JSONDecoder().raw_decode(page.split("params = ", 1)[1])
    return torch.tensor(found["attention"][0]["attn"])


def check_bertviz(tokens, dump):
    attention = list(dump["weights"].unsqueeze(1))
    for view in (head_view, model_view):
        close(f"BertViz, {view.__name__}", drawn(view(attention, tokens, html_action="return").data), dump["weights"])


def check_continuation(model, tokenizer, given, ids):
    text = [given.text] if given.text else ["--ids", given.ids]
    if tokenizer is None:
        found = model.generate(ids, attention_mask=torch.ones_like(ids), max_new_tokens=8, do_sample=False, pad_token_id=0)
        found = " ".join(map(str, found[0].tolist()))
    else:
        generate = pipeline("text-generation", model=model, tokenizer=tokenizer)
        found = generate(given.text, max_new_tokens=8, do_sample=False)[0]["generated_text"]
    own = heed("predict", given.model, *text, "--generate", 8)
    print("transformers goes on:", found)
    print("heed goes on:        ", own.strip())
    assert found.split() == own.split() or "".join(found.split()) == "".join(own.split()), "continuation"


def check_page():
    """Runs the snippets of docs/interop.md, commands and Python, in their order."""
    page = (HOME / "docs" / "interop.md").read_text()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        pathlib.Path("models").symlink_to(HOME / "models")
        for command, snippet in re.findall(r"^    \./heed ([^\n]*)|^```python\n(.*?)^```", page, re.M | re.S):
            if command:
                subprocess.run(f"{HOME / 'heed'} {command}", shell=True, check=True, stdout=subprocess.DEVNULL)
            else:
                exec(snippet, {})
    print("docs/interop.md: its snippets run")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("text", nargs="?")
    parser.add_argument("--ids", help="in place of a text")
    given = parser.parse_args()
    if (given.text is None) == (given.ids is None):
        parser.error("give a text or --ids")
    model = AutoModelForCausalLM.from_pretrained(given.model, attn_implementation="eager").eval()
    if given.ids:
        tokenizer = None
        inputs = {}
        ids = torch.tensor([[int(id) for id in given.ids.split(",")]])
        tokens = given.ids.split(",")
        text = ["--ids", given.ids]
    else:
        tokenizer = AutoTokenizer.from_pretrained(given.model)
        inputs = tokenizer(given.text, return_tensors="pt")   # everything that it passes to the model
        ids = inputs["input_ids"]
        own = json.loads(heed("tokenizer", "show", given.model, given.text, "--json"))["tokens"]
        assert ids[0].tolist() == [token["id"] for token in own], "ids"
        tokens = [token["token"] for token in own]
        text = [given.text]
    with tempfile.TemporaryDirectory() as folder:
        heed("attention", given.model, *text, "--out", folder, "--format", "safetensors")
        dump = load_file(pathlib.Path(folder) / "attention.safetensors")
    check_transformers(model, {**inputs, "input_ids": ids}, dump)
    check_continuation(model, tokenizer, given, ids)
    check_hooked(given.model, tokenizer, ids, given.text, dump)
    check_bertviz(tokens, dump)
    check_page()


main()
