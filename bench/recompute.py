#!/usr/bin/env python3
"""Recomputes a dump from itself with NumPy: scores from q and k, weights from scores, z from weights and v, logits from contributions,
rollout and value-weighted attention from weights, values and the output projection.

    ./heed attention models/toy "The cat sat on the mat" --out maps --format npz
    python bench/recompute.py maps/attention.npz

Prints the largest difference of each.
"""
import sys

import numpy as np

if len(sys.argv) != 2 or sys.argv[1].startswith("-"):
    sys.exit(__doc__)
dump = np.load(sys.argv[1])
texts = sorted({name.split("/")[0] + "/" for name in dump.files if "/" in name}) or [""]
worst = {}


def compare(what, ours, theirs):
    hidden = np.isinf(theirs)
    assert (np.isinf(ours) == hidden).all(), what
    worst[what] = max(worst.get(what, 0), float(np.abs(np.where(hidden, 0, ours) - np.where(hidden, 0, theirs)).max()))


for text in texts:
    def array(name):
        return dump[text + name].astype(np.float64)

    q, k, v = array("query"), array("key"), array("value")                   # (layers, heads, T, D)
    unmasked = q @ k.swapaxes(-1, -2) / np.sqrt(q.shape[-1])
    compare("unmasked scores from q and k", unmasked, array("unmasked_scores"))
    length = q.shape[-2]
    scores = np.where(np.tri(length, dtype=bool), unmasked, -np.inf)
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
    projection = dump["output_projection"].astype(np.float64).reshape(layers, heads, width, heads * width)
    lengths = np.linalg.norm(v @ projection, axis=-1)                        # (layers, heads, T), of each key
    compare("value-weighted from v", array("weights") * lengths[:, :, None, :], array("value_weighted"))
    stream = array("token_embedding") + array("position_embedding")          # (T, C)
    stream = stream + array("head_contribution").sum((0, 1)) + array("feed_forward_output").sum(0)
    stream = stream + dump["attention_bias"].sum(0)
    centred = stream - stream.mean(-1, keepdims=True)
    normal = centred / np.sqrt((centred ** 2).mean(-1, keepdims=True) + dump["final_norm_epsilon"][0])
    logits = (normal * dump["final_norm_weight"] + dump["final_norm_bias"]) @ dump["unembedding"].T
    compare("logits from contributions", logits, array("logits"))

for what, difference in worst.items():
    print(f"{what:32s} {difference:.1e}")
