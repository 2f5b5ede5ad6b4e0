#!/usr/bin/env python3
"""Recomputes with NumPy what `heed circuit` measured: the clean, corrupted and circuit-alone answers of each pair, and faithfulness.

    pip install numpy==1.26.4
    python interop/circuit.py models/toy                                  # finds a circuit and recomputes it
    python interop/circuit.py models/toy --pairs pairs.tsv --check circuit.json
    python interop/circuit.py FOLDER --report report.json                 # what heed circuit --json printed

Reads the report and the weights of the folder, one that transformers opens as GPT-2. Everything is computed in float64 by the formulas;
the metric is the difference of logits. All numbers agree to 1e-4 of the largest, or to 1e-4 if that is below 1.
"""
import argparse
import json
import math
import pathlib
import subprocess

import numpy as np

HOME = pathlib.Path(__file__).resolve().parent.parent


def read_weights(file):
    """The float32 tensors of a safetensors file: the length of a header, the header, the numbers."""
    data = file.read_bytes()
    size = int.from_bytes(data[:8], "little")
    tensors = {}
    for name, about in json.loads(data[8:8 + size]).items():
        if name == "__metadata__":
            continue
        assert about["dtype"] == "F32", f"{name} is {about['dtype']}, not F32"
        first, end = about["data_offsets"]
        numbers = np.frombuffer(data[8 + size + first:8 + size + end], "<f4")
        tensors[name.removeprefix("transformer.")] = numbers.reshape(about["shape"]).astype(float)
    return tensors


class Gpt2:
    """A GPT-2 whose inputs read their residual streams one by one."""

    def __init__(self, folder):
        self.config = json.loads((folder / "config.json").read_text())
        assert self.config["model_type"] == "gpt2", f"{folder} is {self.config['model_type']}; only gpt2 is recomputed"
        assert self.config["activation_function"] == "gelu_new", "only gelu_new is recomputed"
        self.weights = read_weights(folder / "model.safetensors")

    def norm(self, x, name):
        centred = x - x.mean(-1, keepdims=True)
        root = np.sqrt((centred ** 2).mean(-1, keepdims=True) + self.config["layer_norm_epsilon"])
        return centred / root * self.weights[name + ".weight"] + self.weights[name + ".bias"]

    def run(self, ids, circuit=None, then=None):
        """Returns the logits after the ids, what each part adds (T,C), and what each input reads.

        With a circuit, a set of edges, each input reads what it read `then` and, of each part with an edge to it, the difference.
        """
        w, width, size = self.weights, self.config["n_embd"], self.config["n_embd"] // self.config["n_head"]
        parts, streams = {"words": w["wte.weight"][ids]}, {}
        rest = w["wpe.weight"][:len(ids)]

        def read(reader):
            stream = rest + sum(parts.values())
            if then is not None:
                stream = then[1][reader] + sum(parts[part] - then[0][part]
                                               for part in parts if f"{part}→{reader}" in circuit)
            streams[reader] = stream
            return stream

        hidden = np.triu(np.full((len(ids), len(ids)), -math.inf), 1)
        for layer in range(self.config["n_layer"]):
            at, added = f"h.{layer}.", {}
            for head in range(self.config["n_head"]):
                projected = []
                for i, letter in enumerate("qkv"):
                    columns = slice(i * width + head * size, i * width + (head + 1) * size)
                    x = self.norm(read(f"{layer}.{head}.{letter}"), at + "ln_1")
                    projected.append(x @ w[at + "attn.c_attn.weight"][:, columns] + w[at + "attn.c_attn.bias"][columns])
                q, k, v = projected
                scores = q @ k.T / math.sqrt(size) + hidden
                weights = np.exp(scores - scores.max(-1, keepdims=True))
                weights /= weights.sum(-1, keepdims=True)
                added[f"{layer}.{head}"] = weights @ v @ w[at + "attn.c_proj.weight"][head * size:(head + 1) * size]
            parts.update(added)
            rest = rest + w[at + "attn.c_proj.bias"]
            x = self.norm(read(f"ff{layer}"), at + "ln_2") @ w[at + "mlp.c_fc.weight"] + w[at + "mlp.c_fc.bias"]
            x = x / 2 * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x ** 3)))
            parts[f"ff{layer}"] = x @ w[at + "mlp.c_proj.weight"] + w[at + "mlp.c_proj.bias"]
        logits = self.norm(read("logits"), "ln_f")[-1] @ w.get("lm_head.weight", w["wte.weight"]).T
        return logits, parts, streams

    def edges(self):
        """The names of all edges."""
        heads = [[f"{layer}.{head}" for head in range(self.config["n_head"])] for layer in range(self.config["n_layer"])]
        parts, edges = ["words"], set()
        for layer, names in enumerate(heads):
            edges |= {f"{part}→{head}.{letter}" for part in parts for head in names for letter in "qkv"}
            parts += names
            edges |= {f"{part}→ff{layer}" for part in parts}
            parts.append(f"ff{layer}")
        return edges | {f"{part}→logits" for part in parts}


def near(name, found, expected, scale):
    worst = max(abs(a - b) for a, b in zip(found, expected))
    print(f"{name:<34} {np.mean(found):9.5f}   largest difference {worst:.1e}")
    assert worst <= 1e-4 * max(1, scale), f"{name}: {worst} apart"


parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("folder", type=pathlib.Path)
parser.add_argument("--pairs")
parser.add_argument("--check")
parser.add_argument("--report", type=pathlib.Path)
parser.add_argument("--heed", default=str(HOME / "heed"))
given = parser.parse_args()

if given.report:
    report = json.loads(given.report.read_text())
else:
    command = [given.heed, "circuit", given.folder, "--json", "--resamples", "0"]
    command += ["--pairs", given.pairs] * bool(given.pairs) + ["--check", given.check] * bool(given.check)
    report = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
assert report["metric"] == "logit-difference", f"the metric is {report['metric']}; only logit-difference is recomputed"
model, circuit, proof = Gpt2(given.folder), set(report["edges"]), report["proof"]
columns = {"after_clean": [], "after_corrupted": [], "circuit": [], "complement": []}
for pair in proof["answers"]:
    corrupted, parts, streams = model.run(pair["corrupted"])
    rest = model.edges() - circuit
    assert len(rest) + len(circuit) == report["all"]
    runs = {"after_clean": model.run(pair["clean"])[0], "after_corrupted": corrupted,
            "circuit": model.run(pair["clean"], circuit, (parts, streams))[0],
            "complement": model.run(pair["clean"], rest, (parts, streams))[0]}
    for name, logits in runs.items():
        columns[name].append(logits[pair["answer"]] - logits[pair["wrong"]])
scale = max(map(abs, columns["after_clean"]))
for name, found in columns.items():
    near(name, found, [pair[name] for pair in proof["answers"]], scale)
clean, none = np.mean(columns["after_clean"]), np.mean(columns["after_corrupted"])
for name, key in (("circuit", "faithfulness"), ("complement", "complement")):
    near(key + ", from the weights", [(np.mean(columns[name]) - none) / (clean - none)], [proof[key]], 1)
dumped = {name: np.mean([pair[name] for pair in proof["answers"]]) for name in columns}
near("faithfulness, from the report", [(dumped["circuit"] - dumped["after_corrupted"])
                                       / (dumped["after_clean"] - dumped["after_corrupted"])], [proof["faithfulness"]], 1)
print(f"{len(proof['answers'])} pairs, {len(circuit)} of {report['all']} edges: NumPy agrees")
