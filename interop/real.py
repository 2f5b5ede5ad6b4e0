#!/usr/bin/env python3
"""Compares what transformers and Heed compute with a real model's folder: tokens, greedy continuations and the loss of a text.

    pip install -r interop/requirements.txt
    python interop/real.py FOLDER
    python interop/real.py FOLDER --prompts 5 --length 40
    python interop/real.py models/imported --gguf FILE.gguf     # what heed import made of a file, and the file itself
    python interop/real.py FOLDER --weights int8                # Heed with its weights so beside Heed with float32, and no more

The ids of 200 odd texts are equal; of the prompts, the continuations in float32; the loss of a text agrees to 1e-4, marks left out; so do
the attention maps of its first tokens, those of eager attention. With --weights, prints how much higher the perplexity of a page of
English is (docs/explain.md), and after how many of 200 beginnings, twelve words of the page each, the likeliest token is the same.
"""
import argparse
import json
import math
import os
import pathlib
import random
import subprocess
import tempfile

os.environ.setdefault("HF_HUB_OFFLINE", "1")

import numpy as np
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

HOME = pathlib.Path(__file__).resolve().parent.parent
PROMPTS = [
    "The capital of France is", "The cat sat on the", "Once upon a time, there was a little girl named", "Water boils at", "def add(a, b):",
    "1, 2, 3, 4,", "Dear Sir or Madam,", "The sun rises in the", "My favourite colour is", "To make a cake, you need", "In 1969,",
    "She opened the door and", "The largest planet is", "Bonjour, je m'appelle", "A, B, C, D,", "Q: What is a verb?\nA:", "If it rains,",
    "The quick brown fox", "import numpy as", "Once there were two friends", "The capital of Italy is", "My name is", "In the beginning",
    "The best way to learn is", "Yesterday I", "for i in range(10):", "She said that", "There are many reasons why", "The first step is",
    "A dog and a cat", "Two plus two is", "I would like to", "Photosynthesis is", "The moon", "Long ago, in a far country,",
    "Please write a letter to", "The train leaves at", "When the rain stopped,", "He had never seen", "The recipe calls for", "A good teacher",
    "SELECT name FROM", "The opposite of hot is", "Monday, Tuesday, Wednesday,", "red, green, blue,", "The history of Rome", "To be or not",
    "Why do birds", "The old man", "Under the bridge"]
PIECES = ["the", " The", "cat", "'s", "don't", "  ", " ", "\n", "\n\n", "\t", "   \n ", "東京", "你好，世界", "🐈", "👩‍👩‍👧", "é", "e\u0301", "naïve", "ß",
          "العربية", "हिन्दी", "123", "4567890", "3.14", "!?", "...", "—", "_x_", "a[0]", "</s>", "http://a.b/c", "\u00a0", "\u200d", "ﬁ", "Ω", "x²"]
TEXT = """The water of the lake was still, and the mountains stood on their heads in it. Nobody had come this way since the snow melted.
She put down the bag, sat on a stone and counted: three boats, two of them without oars. "It will do," she said to the dog."""


def heed(*arguments, text=None):
    return subprocess.run([given.heed, *map(str, arguments)], input=text, check=True, stdout=subprocess.PIPE, text=True).stdout


def shown(*text, lines=None):
    """The ids of each text, of the command line or of many lines."""
    found = heed("tokenizer", "show", given.folder, "--json", *text, text=lines)
    return [[token["id"] for token in json.loads(line)["tokens"]] for line in found.splitlines()]


def check_tokens(tokenizer):
    chance = random.Random(1)
    texts = ["".join(chance.choice(PIECES) for _ in range(chance.randrange(1, 9))) for _ in range(given.texts)]
    lines = [text for text in texts if text.strip() and "\n" not in text]
    own = dict(zip(lines, shown(lines="".join(f"{line}\n" for line in lines))))
    own |= {text: shown("--", text)[0] for text in texts if text not in own}
    differing = [text for text in texts if tokenizer(text).input_ids != own[text]]
    print(f"{len(texts) - len(differing)} of {len(texts)} texts have the same ids", *map(repr, differing), sep="\n")
    assert not differing


def check_continuations(model, tokenizer):
    prompts = PROMPTS[:given.prompts]
    own = [json.loads(line) for line in heed("predict", given.folder, *prompts, "--generate", given.length, "--json").splitlines()]
    equal = 0
    for prompt, continued in zip(prompts, own):
        inputs = tokenizer(prompt, return_tensors="pt")
        with torch.no_grad():
            written = model.generate(**inputs, max_new_tokens=given.length, do_sample=False)[0, inputs["input_ids"].shape[1]:].tolist()
        found = [token["id"] for token in continued["continuations"][0]["tokens"]]
        ends = model.generation_config.eos_token_id
        found, written = ([id for id in ids if id not in (ends if isinstance(ends, list) else [ends])] for ids in (found, written))
        equal += found == written
        if found != written:
            print(f"{prompt!r}: {tokenizer.decode(found)!r}, transformers {tokenizer.decode(written)!r}")
    print(f"{equal} of {len(prompts)} continuations of {given.length} tokens are equal")
    assert equal == len(prompts)


def check_loss(model, tokenizer, work):
    file = work / "text.txt"
    file.write_text(TEXT)
    own = json.loads(heed("evaluate", given.folder, file, "--format", "stream", "--json"))["total"]["loss"]
    ids = tokenizer(TEXT, add_special_tokens=False, return_tensors="pt").input_ids
    with torch.no_grad():
        expected = model(ids, labels=ids).loss.item()
    print(f"loss of a text: {own:.6f}, transformers {expected:.6f}")
    assert abs(own - expected) <= 1e-4


def check_maps(model, tokenizer, work):
    ids = tokenizer(TEXT).input_ids[:given.tokens]
    heed("attention", given.folder, "--ids", ",".join(map(str, ids)), "--out", work, "--format", "npz", "--include", "attention")
    own = np.load(work / "attention.npz")["weights"]
    with torch.no_grad():
        expected = torch.cat(model(torch.tensor([ids]), output_attentions=True).attentions).numpy()
    largest = np.abs(own - expected).max()
    print(f"attention of {len(own)} layers, {own.shape[1]} heads, {len(ids)} tokens: largest difference {largest:.1e}")
    assert own.shape == expected.shape and largest <= 1e-4


def compare_weights(work):
    page = (HOME / "docs" / "explain.md").read_text()[:6000]
    file = work / "page.txt"
    file.write_text(page)
    words = page.split()
    starts = [round(i * (len(words) - 12) / 199) for i in range(200)]
    prompts = "".join(" ".join(words[start:start + 12]) + "\n" for start in starts)
    losses, tokens = [], []
    for weights in ("float32", given.weights):
        losses.append(json.loads(heed("evaluate", given.folder, file, "--format", "stream", "--weights", weights, "--json"))["total"]["loss"])
        answers = heed("predict", given.folder, "--top", 1, "--weights", weights, "--json", text=prompts).splitlines()
        tokens.append([json.loads(answer)["next"][0]["id"] for answer in answers])
    rise = 100 * (math.exp(losses[1] - losses[0]) - 1)
    print(f"loss of a page: float32 {losses[0]:.4f}, {given.weights} {losses[1]:.4f}; perplexity {rise:+.2f} %")
    print(f"{sum(a == b for a, b in zip(*tokens, strict=True))} of {len(starts)} likeliest tokens are the same")


parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("folder", type=pathlib.Path)
parser.add_argument("--gguf", type=pathlib.Path, help="the file that the folder was imported from; transformers reads its weights")
parser.add_argument("--prompts", type=int, default=len(PROMPTS), help="how many prompts")
parser.add_argument("--length", type=int, default=20, help="how many tokens to write after each")
parser.add_argument("--texts", type=int, default=200, help="how many texts to split into tokens")
parser.add_argument("--tokens", type=int, default=50, help="how many tokens' attention to compare")
parser.add_argument("--weights", choices=["bfloat16", "int8"], help="compare these weights with float32 ones")
parser.add_argument("--heed", default=HOME / "heed", help="the program")
given = parser.parse_args()
if given.weights:
    with tempfile.TemporaryDirectory() as work:
        compare_weights(pathlib.Path(work))
    raise SystemExit
tokenizer = AutoTokenizer.from_pretrained(given.folder)
source = (given.gguf.resolve().parent, dict(gguf_file=given.gguf.name)) if given.gguf else (given.folder, {})
model = AutoModelForCausalLM.from_pretrained(source[0], torch_dtype=torch.float32, attn_implementation="eager", **source[1]).eval()
with tempfile.TemporaryDirectory() as work:
    check_tokens(tokenizer)
    check_continuations(model, tokenizer)
    check_loss(model, tokenizer, pathlib.Path(work))
    check_maps(model, tokenizer, pathlib.Path(work) / "maps")
