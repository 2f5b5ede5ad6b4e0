#!/usr/bin/env python3
"""Runs Heed and nanoGPT in turn on the same machine and prints ratios.

    python bench/compare.py --text tinyshakespeare.txt [--nanogpt DIR] [--python PYTHON] [--runs 5] [MEASURES]

DIR is a clone of nanoGPT at commit 3adf61e whose data/shakespeare_char is prepared from the same text; PYTHON is one that has
PyTorch 2.7.1. Measures:

    speed    tokens a second of training, AdamW, batch 12 (the first steps left out for both)
    muon     seconds a step of Muon over those of AdamW, Heed alone, batch 24
    time     seconds of the whole process: Heed to a saved model of validation loss at most 1.88, nanoGPT's 2,000 steps
    memory   peak resident memory of the speed runs
    large    tokens a second at 6 layers, 6 heads, width 384, context 256, batch 8
    precision  tokens a second with `precision: auto` over the best fixed choice, Heed alone, at both sizes
    bfloat16  validation loss after 500 steps in bfloat16 less that in float32, three seeds; takes hours where no instruction multiplies so
    quality  validation loss of Heed after 2,000 steps
    minute   validation loss and seconds of the whole process of configs/shakespeare-minute.yaml

Runs are interleaved, A B A B, and a ratio is taken pair by pair, since machines drift. Each line: median (minimum to maximum).
"""
import argparse
import csv
import json
import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import time

HOME = pathlib.Path(__file__).resolve().parent.parent
SMALL = dict(n_layer=4, n_head=4, n_embd=128, block_size=64, batch_size=12)
LARGE = dict(n_layer=6, n_head=6, n_embd=384, block_size=256, batch_size=8)


# What can be fixed by hand: variables that force an arithmetic.
FIXED = {
    "MKL": {"HEED_ONE_DNN": "off", "HEED_BFLOAT16": "off"},
    "oneDNN": {"HEED_ONE_DNN": "on", "HEED_BFLOAT16": "off"},
}
CPUINFO = pathlib.Path("/proc/cpuinfo")
if CPUINFO.exists() and re.search("amx_bf16|avx512_bf16", CPUINFO.read_text()):
    FIXED["bfloat16"] = {"HEED_BFLOAT16": "on"}


def run(command, folder, **variables):
    """Runs a command and returns its output, seconds and peak MiB."""
    with tempfile.TemporaryFile("w+") as out:
        start = time.perf_counter()
        process = subprocess.Popen([str(part) for part in command], cwd=folder, stdout=out, stderr=subprocess.STDOUT, env=os.environ | variables)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        text = out.read()
    if process.returncode:
        sys.exit(f"{' '.join(map(str, command))} failed:\n{text}")
    return text, seconds, usage.ru_maxrss / 1024


def nanogpt(options, shape, steps, **more):
    settings = dict(device="cpu", compile=False, dropout=0.0, eval_iters=20, log_interval=1, max_iters=steps, lr_decay_iters=2000)
    settings |= shape | more
    command = [options.python, "train.py", "config/train_shakespeare_char.py"] + [f"--{k}={v}" for k, v in settings.items()]
    text, seconds, peak = run(command, options.nanogpt)
    times = [float(ms) for step, ms in re.findall(r"iter (\d+):.* time ([\d.]+)ms", text)][10:steps]
    times = sorted(times)[: max(1, int(len(times) * 0.99))]  # steps that hold an evaluation
    tokens = shape["batch_size"] * shape["block_size"]
    losses = [float(x) for x in re.findall(r"val loss ([\d.]+)", text)]
    return dict(tokens=tokens / (statistics.mean(times) / 1000), seconds=seconds, peak=peak, loss=min(losses))


def tokens_a_second(folder):
    """Of a run of Heed, the first rows left out."""
    rows = list(csv.DictReader(open(pathlib.Path(folder) / "training" / "speed.csv")))
    # Steps over the time they took: both grow in proportion, so the first row's can be taken off, and warming up with it.
    spent = [float(row["step"]) / float(row["tokens_per_second"]) for row in rows]
    if len(rows) > 1:
        return (float(rows[-1]["step"]) - float(rows[0]["step"])) / (spent[-1] - spent[0])
    return 1 / spent[-1] * float(rows[-1]["step"])


def heed(options, config, variables={}, **settings):
    settings |= {"data.train": options.text}
    with tempfile.TemporaryDirectory() as models:
        command = [HOME / "heed", "train", HOME / "configs" / config, "--models", models, "--json"]
        for key, value in settings.items():
            command += ["--set", f"{key}={value}"]
        text, seconds, peak = run(command, HOME, **variables)
        result = json.loads(text.strip().splitlines()[-1])
        speed = tokens_a_second(result["folder"])
    return dict(tokens=speed, seconds=seconds, peak=peak, loss=result["best_validation_loss"])


def line(name, values, unit=""):
    print(f"{name:44s} {statistics.median(values):10.3f} ({min(values):.3f} to {max(values):.3f}) {unit}", flush=True)


def pairs(options, ours, theirs):
    for _ in range(options.runs):
        yield ours(), theirs()


def speed(options, shape, settings, steps, name):
    results = list(pairs(
        options,
        lambda: heed(options, "shakespeare-nanogpt.yaml", **settings, **{"training.steps": steps, "training.evaluate_every": steps // 4}),
        lambda: nanogpt(options, shape, steps, eval_interval=steps, eval_iters=1)))
    line(f"{name}: Heed", [a["tokens"] for a, b in results], "tokens/s")
    line(f"{name}: nanoGPT", [b["tokens"] for a, b in results], "tokens/s")
    line(f"{name}: ratio of speed", [a["tokens"] / b["tokens"] for a, b in results])
    line(f"{name}: ratio of peak memory", [a["peak"] / b["peak"] for a, b in results])
    line(f"{name}: Heed's peak", [a["peak"] for a, b in results], "MiB")


def precision(options, settings, steps, name):
    """All choices in turn. The trial is paid before: its times are remembered."""
    settings = settings | {"training.steps": steps, "training.evaluate_every": steps // 3, "training.evaluate_tokens": 5000}
    with tempfile.TemporaryDirectory() as cache:
        choices = {"auto": {"XDG_CACHE_HOME": cache}} | FIXED
        heed(options, "shakespeare-nanogpt.yaml", choices["auto"], **settings)
        found = {name: [] for name in choices}
        for _ in range(options.runs):
            for choice, variables in choices.items():
                found[choice].append(heed(options, "shakespeare-nanogpt.yaml", variables, **settings)["tokens"])
    for choice, speeds in found.items():
        line(f"{name}: {choice}", speeds, "tokens/s")
    best = max(FIXED, key=lambda choice: statistics.median(found[choice]))
    line(f"{name}: auto over {best}", [a / b for a, b in zip(found["auto"], found[best])])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nanogpt", help="needed by speed, memory, time and large")
    parser.add_argument("--text", required=True, type=lambda path: str(pathlib.Path(path).resolve()))
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("measures", nargs="*", metavar="MEASURES", default=["speed", "muon", "time", "large", "quality"])
    options = parser.parse_args()
    if not options.nanogpt and {"speed", "memory", "time", "large"} & set(options.measures):
        parser.error("name the folder of nanoGPT by --nanogpt, or measures that do without it")
    sizes = {"model.layers": 6, "model.heads": 6, "model.width": 384, "model.context": 256, "training.batch": 8}
    if {"speed", "memory"} & set(options.measures):
        speed(options, SMALL, {}, 200, "AdamW, batch 12")
    if "muon" in options.measures:
        few = {"training.steps": 120, "training.evaluate_every": 30}
        results = list(pairs(
            options,
            lambda: heed(options, "shakespeare.yaml", **few),
            lambda: heed(options, "shakespeare.yaml", **few, **{"training.optimizer": "adamw"})))
        line("a step of Muon over one of AdamW, batch 24", [b["tokens"] / a["tokens"] for a, b in results])
    if "time" in options.measures:
        results = list(pairs(
            options,
            lambda: heed(options, "shakespeare.yaml"),
            lambda: nanogpt(options, SMALL, 2000)))
        line("to validation 1.88: Heed", [a["seconds"] for a, b in results], "s")
        line("to validation 1.88: Heed's loss", [a["loss"] for a, b in results])
        line("2,000 steps: nanoGPT", [b["seconds"] for a, b in results], "s")
        line("2,000 steps: nanoGPT's loss (sampled)", [b["loss"] for a, b in results])
        line("ratio of time", [a["seconds"] / b["seconds"] for a, b in results])
        line("ratio of peak memory", [a["peak"] / b["peak"] for a, b in results])
    if "large" in options.measures:
        speed(options, LARGE, sizes, 25, "10 M parameters")
    if "precision" in options.measures:
        precision(options, {}, 300, "batch 12")
        precision(options, sizes, 12, "10 M parameters")
    if "bfloat16" in options.measures:
        few = {"training.steps": 500, "training.batch": 12, "training.evaluate_every": 500}
        losses = [
            [heed(options, "shakespeare.yaml", **few, precision=name, seed=seed)["loss"] for name in ("bfloat16", "float32")]
            for seed in (1337, 1, 2)]
        line("500 steps in bfloat16: loss", [a for a, b in losses])
        line("500 steps in bfloat16: loss less float32's", [a - b for a, b in losses])
    if "minute" in options.measures:
        results = [heed(options, "shakespeare-minute.yaml") for _ in range(options.runs)]
        line("a minute: validation loss", [each["loss"] for each in results])
        line("a minute: whole process", [each["seconds"] for each in results], "s")
    if "quality" in options.measures:
        result = heed(options, "shakespeare.yaml", **{"training.steps": 2000, "training.evaluate_every": 500})
        print(f"Heed after 2,000 steps: validation {result['loss']:.4f} in {result['seconds']:.0f} s")


if __name__ == "__main__":
    main()
