#!/usr/bin/env python3
"""Recomputes a dump from itself with NumPy: scores from q and k, weights from scores, z from weights and v, logits from contributions,
rollout and value-weighted attention from weights, values and the output projection. Of rotary positions, whose angles a dump does not hold,
it checks that they turn pairs and stretch nothing; of a gate and of the last norm it says which kind fits.

    ./heed attention models/toy "The cat sat on the mat" --out maps --format npz
    python bench/recompute.py maps/attention.npz

Prints the largest difference of each.
"""
import math
import sys

import numpy as np

if len(sys.argv) != 2 or sys.argv[1].startswith("-"):
    sys.exit(__doc__)
dump = np.load(sys.argv[1])
texts = sorted({name.split("/")[0] + "/" for name in dump.files if "/" in name}) or [""]
worst = {}
ERF = np.vectorize(math.erf, otypes=[float])
GATES = {"silu": lambda x: x / (1 + np.exp(-x)),
         "gelu": lambda x: x * (1 + ERF(x / np.sqrt(2))) / 2,
         "gelu_new": lambda x: x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + .044715 * x ** 3))) / 2,
         "relu": lambda x: np.maximum(x, 0)}


def compare(what, ours, theirs):
    hidden = np.isinf(theirs)
    assert (np.isinf(ours) == hidden).all(), what
    worst[what] = max(worst.get(what, 0), difference(np.where(hidden, 0, ours), np.where(hidden, 0, theirs)))


def difference(ours, theirs):
    return float(np.abs(ours - theirs).max())


def nearest(what, kinds, theirs):
    """Compares with that of several kinds which is nearest, and names it."""
    kind = min(kinds, key=lambda each: difference(kinds[each], theirs))
    compare(f"{what} ({kind})", kinds[kind], theirs)


def hidden_keys(scores):
    """The keys that each layer hides: the future and, where it has a window, those before it. (L,1,T,T)"""
    length = scores.shape[-1]
    back = np.subtract.outer(np.arange(length), np.arange(length))
    seen = [np.isfinite(scores[layer, 0, -1]).sum() for layer in range(len(scores))]
    return np.stack([(back < 0) | (back >= window) for window in seen])[:, None]


for text in texts:
    def array(name):
        return dump[text + name].astype(np.float64)

    q, k, v = array("query"), array("key"), array("value")                   # (layers, heads, T, D)
    unmasked = q @ k.swapaxes(-1, -2) / np.sqrt(q.shape[-1])
    compare("unmasked scores from q and k", unmasked, array("unmasked_scores"))
    length = q.shape[-2]
    scores = np.where(hidden_keys(array("scores")), -np.inf, unmasked)
    compare("scores from q and k", scores, array("scores"))
    weights = np.exp(array("scores") - array("scores").max(-1, keepdims=True))
    weights /= weights.sum(-1, keepdims=True)
    compare("weights from scores", weights, array("weights"))
    compare("z from weights and v", array("weights") @ v, array("head_output"))
    left = np.eye(length)
    for layer, passed in enumerate((array("weights").mean(1) + np.eye(length)) / 2):
        left = passed @ left
        compare("rollout from weights", left, array("rollout")[layer])
    layers, heads, _, width = v.shape
    projection = dump["output_projection"].astype(np.float64).reshape(layers, heads, width, -1)
    lengths = np.linalg.norm(v @ projection, axis=-1)                        # (layers, heads, T), of each key
    compare("value-weighted from v", array("weights") * lengths[:, :, None, :], array("value_weighted"))
    for what in ("query", "key"):
        before = next((name for name in (f"normed_{what}", f"projected_{what}") if text + name in dump), None)
        if before:
            compare(f"length of {what} from {before}", np.linalg.norm(array(before), axis=-1), np.linalg.norm(array(what), axis=-1))
    if text + "feed_forward_gate" in dump:
        active = {name: gate(array("feed_forward_gate")) * array("feed_forward_inner") for name, gate in GATES.items()}
        nearest("inner from gate", active, array("feed_forward_active"))
    stream = array("token_embedding")                                        # (T, C)
    stream = stream + (array("position_embedding") if text + "position_embedding" in dump else 0)
    stream = stream + array("head_contribution").sum((0, 1)) + array("feed_forward_output").sum(0)
    stream = stream + dump["attention_bias"].sum(0)
    logits = {}
    for norm, centre in (("layer norm", stream.mean(-1, keepdims=True)), ("RMS norm", 0)):
        normal = (stream - centre) / np.sqrt(((stream - centre) ** 2).mean(-1, keepdims=True) + dump["final_norm_epsilon"][0])
        logits[norm] = (normal * dump["final_norm_weight"] + dump["final_norm_bias"]) @ dump["unembedding"].T
    nearest("logits from contributions", logits, array("logits"))

for what, largest in worst.items():
    print(f"{what:40s} {largest:.1e}")
