#!/usr/bin/env python3
"""Trains tinyshakespeare with each switch of a modern transformer alone and with all of them, and prints how many steps each needs.

    python bench/switches.py --text tinyshakespeare.txt [--seeds 1337 1 2] [--steps 160 215] [--target 1.88] [NAMES]

The base is configs/shakespeare.yaml. A run's schedule ends with its last step, so the steps to a validation loss are those of the
shortest run that ends there: they are read off a line through the losses of the runs that enclose the target (steps and losses both
as logarithms). Where a switch adds or saves parameters, the width of the feed-forward network makes up for it. Each line: the
median over the seeds (minimum to maximum), and the ratio to the base, seed by seed.
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
ROTARY = {"positions": "rotary", "scale_embeddings": "false"}
GATED = {"gated": "true", "activation": "silu", "feed_forward": 341}
MODERN = ROTARY | {"norm": "rms", "query_key_norm": "true"} | GATED
SWITCHES = {
    "base": {},
    "rotary": ROTARY,
    "rms": {"norm": "rms"},
    "gated": GATED,
    "query-key norm": {"query_key_norm": "true"},
    "two key heads": {"key_heads": 2, "feed_forward": 576},
    "parallel residual": {"residual": "parallel"},
    "window of 32": {"window": 32},
    "untied head": {"tied_head": "false", "feed_forward": 504},
    "all modern": MODERN,
    "rotary, rms, gated": {k: v for k, v in MODERN.items() if k != "query_key_norm"},
    "rotary, rms, query-key norm": {k: v for k, v in MODERN.items() if k not in GATED},
}


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
            run = {f"model.{k}": v for k, v in settings.items()} | {"seed": seed, "training.steps": steps, "training.evaluate_every": steps}
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
