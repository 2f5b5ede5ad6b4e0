#!/usr/bin/env python3
"""Trains tinyshakespeare with each switch of a modern transformer alone and together, and prints how many steps each needs.

    python bench/switches.py --text tinyshakespeare.txt [--seeds 1337 1 2] [--steps 160 215] [--target 1.88] [NAMES]

The base is configs/shakespeare.yaml with sinusoidal positions, no query-key norm and Muon's rate best for these; "as configured" is
the file itself. A run's schedule ends with its last step, so the steps to a validation loss are those of the shortest run that ends
there: they are read off a line through the losses of the runs that enclose the target (steps and losses both as logarithms). Where a
switch adds or saves parameters, the width of the feed-forward network makes up for it. Each line: the median over the seeds (minimum
to maximum), and the ratio to the base, seed by seed.
"""
import argparse
import json
import math
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

HOME = pathlib.Path(__file__).resolve().parent.parent
PLAIN = {"model.positions": "sinusoidal", "model.query_key_norm": "false", "training.muon_learning_rate": 0.04}
ROTARY = {"model.positions": "rotary", "model.rotary_theta": 10_000, "model.scale_embeddings": "false"}
NORMED = {"model.query_key_norm": "true"}
RMS = {"model.norm": "rms"}
GATED = {"model.gated": "true", "model.activation": "silu", "model.feed_forward": 341}
SLOW = ROTARY | NORMED | {"model.rotary_theta": 30}
SCALED = SLOW | {"model.scale_embeddings": "true"}
CHANGES = {
    "base": {},
    "rotary": ROTARY,
    "rms": RMS,
    "gated": GATED,
    "query-key norm": NORMED,
    "two key heads": {"model.key_heads": 2, "model.feed_forward": 576},
    "parallel residual": {"model.residual": "parallel"},
    "window of 32": {"model.window": 32},
    "untied head": {"model.tied_head": "false", "model.feed_forward": 504},
    "all modern": ROTARY | NORMED | RMS | GATED,
    "rotary, rms, gated": ROTARY | RMS | GATED,
    "rotary, rms, query-key norm": ROTARY | NORMED | RMS,
    "rotary, query-key norm": ROTARY | NORMED,
    "the same of base 30": SLOW,
    "the same, scaled embeddings": SCALED,
    "averaged weights": {"training.average": 0.95},
}
SWITCHES = {name: PLAIN | changes for name, changes in CHANGES.items()} | {"as configured": {}}


def train(text, settings):
    """The parameters of a run and its loss over the whole validation set."""
    with tempfile.TemporaryDirectory() as models:
        command = [HOME / "heed", "train", HOME / "configs" / "shakespeare.yaml", "--models", models, "--json", "--set", f"data.train={text}"]
        for key, value in settings.items():
            command += ["--set", f"{key}={value}"]
        done = subprocess.run([str(part) for part in command], cwd=HOME, capture_output=True, text=True)
        if done.returncode:
            sys.exit(f"{' '.join(map(str, command))} failed:\n{done.stdout}{done.stderr}")
        events = [json.loads(line) for line in done.stdout.strip().splitlines()]
        return next(e["parameters"] for e in events if "parameters" in e), events[-1]["best_validation_loss"]


def crossing(losses, target):
    """The steps at which a curve of losses by steps meets the target, or NaN outside of the runs."""
    points = sorted((math.log(steps), math.log(loss)) for steps, loss in losses.items())
    for (a, high), (b, low) in zip(points, points[1:]):
        if high >= math.log(target) >= low:
            return math.exp(a + (b - a) * (high - math.log(target)) / (high - low))
    return math.nan


def steps_to(text, settings, seed, tried, target):
    """Runs of the lengths tried, and of longer or shorter ones until the target lies between two."""
    losses, parameters = {}, 0
    lengths = sorted(tried)
    while True:
        for steps in lengths:
            run = settings | {"seed": seed, "training.steps": steps, "training.evaluate_every": steps}
            parameters, losses[steps] = train(text, run)
        found = crossing(losses, target)
        if not math.isnan(found) or min(losses) < 60 or max(losses) > 1200:
            return parameters, losses, found
        above = min(losses.values()) > target
        lengths = [round(max(losses) * 1.25)] if above else [round(min(losses) * 0.8)]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--text", required=True, type=lambda path: str(pathlib.Path(path).resolve()))
    parser.add_argument("--seeds", type=int, nargs="+", default=[1337, 1, 2])
    parser.add_argument("--steps", type=int, nargs="+", default=[160, 215])
    parser.add_argument("--target", type=float, default=1.88)
    parser.add_argument("--set", action="append", default=[], help="a setting for all runs, KEY=VALUE")
    parser.add_argument("names", nargs="*", default=list(SWITCHES))
    options = parser.parse_args()
    base = {}
    for name in dict.fromkeys(["base", *options.names]):
        found = []
        for seed in options.seeds:
            settings = SWITCHES[name]
            parameters, losses, steps = steps_to(options.text, settings, seed, options.steps, options.target)
            base.setdefault(seed, steps)
            found.append((steps, steps / base[seed]))
            print(f"  {name}, seed {seed}: " + ", ".join(f"{k} steps {v:.4f}" for k, v in sorted(losses.items())), file=sys.stderr, flush=True)
        each = [steps for steps, _ in found]
        ratios = [ratio for _, ratio in found]
        print(f"{name:28s} {parameters:9,d} parameters {statistics.median(each):5.0f} steps ({min(each):.0f} to {max(each):.0f})"
              f"  ratio {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})", flush=True)


if __name__ == "__main__":
    main()
