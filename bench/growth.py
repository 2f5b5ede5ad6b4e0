#!/usr/bin/env python3
"""Shows how the cost of training grows with each size of the model, as tables in Markdown.

    python bench/growth.py --text tinyshakespeare.txt --ceiling GFLOPS [--runs 3] [width context layers batch vocabulary]

Each row changes one size of configs/shakespeare-nanogpt.yaml (width 128, context 64, layers 4, batch 12, 65 characters). A token costs
6·N + 12·layers·width·context operations (Kaplan et al., arXiv 2001.08361; N counts all weights but the positions'), forward and
backward; what that comes to in a second stands beside CEILING, which all cores reach with large matrices: 17.18 over the seconds of
`bench/kernels largeProduct -t CORES`, times CORES. Rows are measured in turn, `runs` times, and the median is shown.
"""
import argparse
import pathlib
import statistics

import compare

BASE = {"model.width": 128, "model.context": 64, "model.layers": 4, "training.batch": 12, "tokenizer.vocabulary": 65}
SIZES = {
    "width": ("model.width", [64, 128, 256, 512]),
    "context": ("model.context", [16, 64, 256, 1024]),
    "layers": ("model.layers", [1, 2, 4, 8, 16]),
    "batch": ("training.batch", [1, 3, 12, 48, 96]),
    "vocabulary": ("tokenizer.vocabulary", [65, 1000, 4000, 10000]),
}


def operations(sizes):
    """Operations of a token, forward and backward."""
    width, layers = sizes["model.width"], sizes["model.layers"]
    weights = 12 * layers * width * width + (2 * layers + 1) * width + sizes["tokenizer.vocabulary"] * width
    return 6 * weights + 12 * layers * width * sizes["model.context"]


def measure(options, sizes):
    settings = {key: value for key, value in sizes.items() if key != "tokenizer.vocabulary"}
    settings |= {"model.heads": max(1, sizes["model.width"] // 32), "data.validation_fraction": 0.002}
    if sizes["tokenizer.vocabulary"] > 65:
        settings |= {"tokenizer.type": "word", "tokenizer.vocabulary": sizes["tokenizer.vocabulary"]}
    work = operations(sizes) * sizes["training.batch"] * sizes["model.context"]
    steps = int(max(12, min(400, 4 * 1e11 / work)))
    settings |= {"training.steps": steps, "training.evaluate_every": steps // 4}
    return compare.heed(options, "shakespeare-nanogpt.yaml", **settings)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--text", required=True, type=lambda path: str(pathlib.Path(path).resolve()))
    parser.add_argument("--ceiling", required=True, type=float)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("sizes", nargs="*", default=list(SIZES))
    options = parser.parse_args()
    for name in options.sizes:
        key, values = SIZES[name]
        results = {value: [] for value in values}
        for _ in range(options.runs):
            for value in values:
                results[value].append(measure(options, BASE | {key: value}))
        print(f"| {name} | tokens/s | million operations a token | GFLOP/s | share of the ceiling | peak MiB |")
        print("| --- | --- | --- | --- | --- | --- |")
        for value in values:
            tokens = statistics.median(result["tokens"] for result in results[value])
            peak = statistics.median(result["peak"] for result in results[value])
            cost = operations(BASE | {key: value})
            rate = tokens * cost / 1e9
            print(f"| {value} | {tokens:,.0f} | {cost / 1e6:.2f} | {rate:.0f} | {rate / options.ceiling:.0%} | {peak:,.0f} |")
        print(flush=True)


if __name__ == "__main__":
    main()
