#!/usr/bin/env python3
"""Finds the circuit with which a real model repeats what it has read, and checks that it holds the heads that are known for it.

    pip install -r interop/requirements.txt
    python interop/circuit_induction.py FOLDER
    python interop/circuit_induction.py FOLDER --pairs 24 --words 8 --tolerance .15

The clean texts are random words, the first of which come again; the answer is the word that followed the last one before. In every second
pair another word followed it; in the others two words in front of answers change places. The second needs heads that write into a word
which word stood before it (previous-token heads) and heads of later layers that find it by that (induction heads; Olsson et al., arXiv
2209.11895). Which heads do so is measured here, with attention that transformers computes for repeated random ids; among the heads of the
circuit's most important edges they have to be at least twice as frequent as among all.
"""
import argparse
import json
import os
import pathlib
import random
import re
import subprocess
import tempfile
import time

os.environ.setdefault("HF_HUB_OFFLINE", "1")

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

HOME = pathlib.Path(__file__).resolve().parent.parent
LOOKS = 0.4                                       # the mean weight from which on a head has a role


def words(tokenizer, chance):
    """Words that are one token each after a space."""
    found = [token[1:] for token in tokenizer.get_vocab() if re.fullmatch("Ġ[a-z]{3,7}", token)]
    chance.shuffle(found)
    return found


def pairs(tokenizer, count, length, chance):
    known = words(tokenizer, chance)
    lines = []
    for number in range(count):
        first = chance.sample(known, length)
        asked, other = chance.sample(range(2, length - 1), 2)
        again = first[asked - 2:asked + 1]
        changed = list(first)
        if number % 4 < 2:
            wrong = changed[asked + 1] = chance.choice([word for word in known if word not in first])
        else:
            changed[asked], changed[other] = first[other], first[asked]
            wrong = changed[other + 1]
        if wrong == first[asked + 1]:
            continue
        lines.append("\t".join([" ".join(first + again), " ".join(changed + again), first[asked + 1], wrong]))
    return lines


def roles(folder, tokenizer, length=20, rows=8):
    """The mean weight that each head gives the token before, and the one after the present token's last occurrence; (layers, heads)."""
    model = AutoModelForCausalLM.from_pretrained(folder, attn_implementation="eager", torch_dtype=torch.float32).eval()
    half = torch.randint(100, tokenizer.vocab_size, (rows, length), generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        maps = torch.stack(model(torch.cat([half, half], 1), output_attentions=True).attentions)   # (L,B,H,T,T)
    before = maps.diagonal(-1, -2, -1).mean((1, 3))
    found = maps.diagonal(1 - length, -2, -1)[..., 1:].mean((1, 3))
    return before, found


parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("folder")
parser.add_argument("--pairs", type=int, default=24)
parser.add_argument("--words", type=int, default=8)
parser.add_argument("--tolerance", type=float, default=.15)
parser.add_argument("--report", type=pathlib.Path, help="where to write what heed circuit --json prints")
parser.add_argument("--heed", default=str(HOME / "heed"))
given = parser.parse_args()

tokenizer = AutoTokenizer.from_pretrained(given.folder)
with tempfile.TemporaryDirectory() as folder:
    file = pathlib.Path(folder, "pairs.tsv")
    file.write_text("\n".join(pairs(tokenizer, given.pairs, given.words, random.Random(1))) + "\n")
    start = time.time()
    command = [given.heed, "circuit", given.folder, "--pairs", file, "--tolerance", str(given.tolerance), "--json"]
    printed = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    if given.report:
        given.report.write_text(printed)
    report = json.loads(printed)
    seconds = time.time() - start
proof = report["proof"]
print(f"{seconds:.0f} s: {len(report['edges'])} of {report['all']} edges, faithfulness {proof['faithfulness']:.3f}, "
      f"complement {proof['complement']:.3f}, random {proof['random']:.3f}, agreement {report['agreement']:.2f}")
edges = [edge.split("→")[0] for edge, lost in zip(report["edges"], proof["lost"]) if lost is not None]
heads = sorted({tuple(map(int, part.split("."))) for part in edges if re.fullmatch(r"\d+\.\d+", part)})
before, found = roles(given.folder, tokenizer)
some = []
for name, role in (("previous-token", before), ("induction", found)):
    some.append([head for head in heads if role[head] >= LOOKS])
    share, of_all = len(some[-1]) / len(heads), (role >= LOOKS).float().mean().item()
    print(f"{name}: {len(some[-1])} of the {len(heads)} heads of the {len(edges)} most important edges, {100 * of_all:.0f} % of all heads: "
          + ", ".join(f"{layer}.{head} ({role[layer, head]:.2f})" for layer, head in some[-1]))
    assert share > 2 * of_all, f"{name} heads are no more frequent in the circuit than elsewhere"
assert min(some[0])[0] < max(some[1])[0], "no induction head is in a later layer than a previous-token head"
print("previous-token heads, and induction heads in later layers")
