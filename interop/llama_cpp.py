#!/usr/bin/env python3
"""Exports models to GGUF and compares what llama.cpp and Heed continue.

    pip install xllamacpp==2026.10.11549
    python interop/llama_cpp.py models/modern models/imported

The models need a tokenizer of byte-level BPE. From random ids, greedy continuations are equal with F32; the files of F16 and Q8_0 open,
and how many of their continuations are the same is printed.
"""
import argparse
import json
import pathlib
import random
import subprocess
import tempfile

import xllamacpp

HOME = pathlib.Path(__file__).resolve().parent.parent


def heed(*arguments):
    return subprocess.run([given.heed, *map(str, arguments)], check=True, stdout=subprocess.PIPE, text=True).stdout


def own(folder, prompts):
    """Heed's continuations."""
    texts = (heed("predict", folder, "--ids", ",".join(map(str, ids)), "--generate", given.length, "--json") for ids in prompts)
    return [[token["id"] for token in json.loads(text)["continuations"][0]["tokens"]] for text in texts]


class Opened:
    """A file in llama.cpp, computed in float32."""

    def __init__(self, file):
        params = xllamacpp.CommonParams()
        params.model.path = str(file)
        params.n_parallel = 1
        params.n_gpu_layers = 0
        params.warmup = False
        params.verbosity = 0
        params.enable_chat_template = False
        params.flash_attn_type = xllamacpp.llama_flash_attn_type.LLAMA_FLASH_ATTN_TYPE_DISABLED
        params.cache_type_k = params.cache_type_v = xllamacpp.ggml_type.GGML_TYPE_F32
        self.server = xllamacpp.Server(params)

    def continued(self, ids):
        """One token at a time; the answer has the ids of whole characters alone."""
        ids = list(ids)
        for _ in range(given.length):
            answer = self.server.handle_completions(dict(prompt=ids, n_predict=1, temperature=0.0, top_k=1, logprobs=1))
            ids.append(answer["choices"][0]["logprobs"]["content"][0]["id"])
        return ids[-given.length:]


def until(ids, ends):
    """What comes before an end of the text."""
    return ids[:min([ids.index(end) for end in ends if end in ids], default=len(ids))]


def check(folder):
    config = json.loads((folder / "config.json").read_text())
    ends = config["eos_token_id"] if isinstance(config["eos_token_id"], list) else [config["eos_token_id"]]
    chance = random.Random(1)
    prompts = [[chance.randrange(3, config["vocab_size"]) for _ in range(chance.randrange(1, 8))] for _ in range(given.prompts)]
    expected = [until(ids, ends) for ids in own(folder, prompts)]
    equal = {}
    for type in ("f32", "f16", "q8_0"):
        with tempfile.TemporaryDirectory() as work:
            file = pathlib.Path(work) / "model.gguf"
            heed("export", folder, "--type", type, "--out", file)
            model = Opened(file)
            found = [until(model.continued(ids), ends) for ids in prompts]
        equal[type] = sum(a == b for a, b in zip(found, expected))
    print(f"{folder} ({config['model_type']}): of {len(prompts)} continuations of {given.length} tokens,",
          ", ".join(f"{count} are equal in {type}" for type, count in equal.items()), flush=True)
    assert equal["f32"] == len(prompts)


parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("folders", nargs="+", type=pathlib.Path)
parser.add_argument("--prompts", type=int, default=10)
parser.add_argument("--length", type=int, default=16)
parser.add_argument("--heed", default=HOME / "heed", help="the program")
given = parser.parse_args()
for one in given.folders:
    check(one)
