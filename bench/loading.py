#!/usr/bin/env python3
"""Measures what opening a model and reading a long text cost in time and memory.

    python bench/loading.py [--runs 5] [load large long]

The Python that runs this has PyTorch 2.7.1 and transformers 4.52.4, which write the models: Llamas of random weights without a
tokenizer. Measures:

    load   132 million weights: the process that opens the folder and predicts one token from two, less the same with models/toy, beside
           reading the file from a warm cache, once into memory that is new and once through a small buffer; and the peak memory less
           that with models/toy, over the size of the weights in the format asked for. From bfloat16 and float32 folders
    large  1.5 billion weights in a bfloat16 folder, kept in bfloat16: peak memory of predicting a token from eight (3 GB of disk)
    long   4 layers, width 256, vocabulary 32,000, context 8,192: peak memory with a text of 8,000 tokens and with one of three, without
           and with a sliding window of 1,024, and of scoring the text

Runs are interleaved, A B A B, and differences are taken run by run, since machines drift. Each line: median (minimum to maximum).
"""
import argparse
import mmap
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import time

from compare import HOME, line, run

MIB = 2**20


def write(kind, folder):
    """Writes a model of random weights."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM, MistralConfig, MistralForCausalLM
    from transformers.modeling_utils import no_init_weights

    heads = dict(num_attention_heads=8, num_key_value_heads=4)
    shapes = {
        "load": dict(vocab_size=1000, hidden_size=768, intermediate_size=3072, num_hidden_layers=14, max_position_embeddings=1024,
                     num_attention_heads=12),
        "large": dict(vocab_size=128256, hidden_size=2048, intermediate_size=8192, num_hidden_layers=16, max_position_embeddings=8192,
                      num_attention_heads=32, num_key_value_heads=8),
        "long": dict(vocab_size=32000, hidden_size=256, intermediate_size=768, num_hidden_layers=4, max_position_embeddings=8192) | heads,
    }
    shapes["window"] = shapes["long"] | dict(sliding_window=1024)
    shape = shapes[kind] | dict(bos_token_id=None, eos_token_id=None, tie_word_embeddings=True)
    torch.manual_seed(1)
    torch.set_default_dtype(torch.bfloat16 if kind in ("load", "large") else torch.float32)
    with no_init_weights():
        model = MistralForCausalLM(MistralConfig(**shape)) if kind == "window" else LlamaForCausalLM(LlamaConfig(**shape))
    for name, weight in model.named_parameters():
        weight.data.fill_(1) if "norm" in name else weight.data.normal_(0, 0.02)
    model.save_pretrained(folder, max_shard_size="10GB")
    if kind == "load":
        model.float().save_pretrained(folder + "/float32")


def made(kind, folder):
    # in another process, as below
    subprocess.run([sys.executable, __file__, "--write", kind, folder], check=True, stdout=subprocess.DEVNULL)
    return pathlib.Path(folder)


def predict(model, ids, *more):
    return run([HOME / "heed", "predict", model, "--ids", ids, "--top", "1", *more], HOME)[1:]


def read(file):
    """Prints the seconds it takes to read a file into new memory, and through a buffer."""
    size = pathlib.Path(file).stat().st_size
    for buffer in (size, MIB):
        with mmap.mmap(-1, buffer) as memory, open(file, "rb", buffering=0) as source, memoryview(memory) as view:
            begin = time.perf_counter()
            done = 0
            while done < size:
                done += source.readinto(view[done:] if buffer == size else view)
            print(time.perf_counter() - begin)


def reading(file):
    # in another process: a child's peak memory counts that of the process it comes from
    printed = subprocess.run([sys.executable, __file__, "--read", file], check=True, capture_output=True, text=True).stdout
    return [float(seconds) for seconds in printed.split()]


def load(options, folder):
    narrow = made("load", folder)
    wide = {"float32": 4, "bfloat16": 2, "int8": 1}
    for stored, kept in [("bfloat16", kept) for kept in wide] + [("float32", kept) for kept in ("float32", "int8")]:
        model = narrow if stored == "bfloat16" else narrow / "float32"
        file = model / "model.safetensors"
        size = file.stat().st_size
        weights = size / MIB * wide[kept] / wide[stored]
        rows = []
        for number in range(options.runs + 1):
            toy = predict("models/toy", "5,6")
            rows.append((predict(model, "5,6", "--weights", kept), toy, reading(file)))
        rows = rows[1:]
        print(f"{stored} folder of {size / 1e6:.0f} MB, kept in {kept}:")
        line("  opening and one token, over the toy model's", [a[0] - b[0] for a, b, c in rows], "s")
        line("  reading the file into new memory", [c[0] for a, b, c in rows], "s")
        line("  reading the file through a buffer", [c[1] for a, b, c in rows], "s")
        line("  opening over reading into new memory", [(a[0] - b[0]) / c[0] for a, b, c in rows])
        line("  peak memory", [a[1] for a, b, c in rows], "MiB")
        line("  peak less the toy model's, over the weights", [(a[1] - b[1]) / weights for a, b, c in rows])


def large(options, folder):
    model = made("large", folder)
    weights = (model / "model.safetensors").stat().st_size / MIB
    rows = [(predict(model, "1,2,3,4,5,6,7,8", "--weights", "bfloat16"), predict("models/toy", "5,6")) for _ in range(options.runs)]
    line(f"{weights:.0f} MiB of bfloat16: peak memory", [a[1] for a, b in rows], "MiB")
    line("  less the toy model's, over the weights", [(a[1] - b[1]) / weights for a, b in rows])
    line("  time of the process", [a[0] for a, b in rows], "s")


def long(options, folder):
    random.seed(1)
    text = ",".join(str(random.randrange(32000)) for _ in range(8000))
    for kind in ("long", "window"):
        model = made(kind, f"{folder}/{kind}")
        rows = [(predict(model, text), predict(model, "1,2,3")) for _ in range(options.runs)]
        name = "with a window" if kind == "window" else "without"
        line(f"8,000 tokens {name}: peak memory", [a[1] for a, b in rows], "MiB")
        line(f"3 tokens {name}: peak memory", [b[1] for a, b in rows], "MiB")
        if kind == "long":
            score = [run([HOME / "heed", "predict", model, "--ids", text, "--score", "--json"], HOME)[2] for _ in range(options.runs)]
            line("scoring 8,000 tokens: peak memory", score, "MiB")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--write", help=argparse.SUPPRESS)
    parser.add_argument("--read", help=argparse.SUPPRESS)
    parser.add_argument("measures", nargs="*", default=["load", "long"])
    options = parser.parse_args()
    if options.read:
        read(options.read)
        return
    if options.write:
        write(options.write, options.measures[0])
        return
    for measure in options.measures:
        folder = tempfile.mkdtemp()
        try:
            print(f"{measure}:", flush=True)
            {"load": load, "large": large, "long": long}[measure](options, folder)
        finally:
            shutil.rmtree(folder)


if __name__ == "__main__":
    main()
