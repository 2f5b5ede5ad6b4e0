#!/usr/bin/env python3
"""Trains byte-level BPE with Heed and with Hugging Face's tokenizers on the same text and cores, and compares what they learn.

    bench/tokenizer.py tinyshakespeare.txt                       the text 20 times over, 8,000 tokens, three rounds
    bench/tokenizer.py tinyshakespeare.txt --times 1 --rounds 1  a small try

Heed's time is that of the whole command, the start of the JVM among it; the library's begins after its import. Needs Python 3.9,
`pip install tokenizers==0.21.4` and a built Heed.
"""
import argparse
import json
import os
import statistics
import subprocess
import tempfile
import time

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

HOME = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def library(text, vocabulary):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(vocab_size=vocabulary, min_frequency=2, show_progress=False, special_tokens=["<|endoftext|>"],
                                  initial_alphabet=pre_tokenizers.ByteLevel.alphabet())
    start = time.time()
    tokenizer.train([text], trainer)
    return time.time() - start, json.loads(tokenizer.to_str())


def heed(text, vocabulary, out):
    start = time.time()
    subprocess.run([os.path.join(HOME, "heed"), "tokenizer", "train", text, "--type", "bpe", "--vocabulary", str(vocabulary), "--out", out],
                   check=True, stdout=subprocess.DEVNULL)
    seconds = time.time() - start
    with open(out) as file:
        return seconds, json.load(file)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("text")
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--vocabulary", type=int, default=8000)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        text = os.path.join(folder, "text.txt")
        with open(given.text, "rb") as source, open(text, "wb") as out:
            out.write(source.read() * given.times)
        heed(text, given.vocabulary, os.path.join(folder, "warm.json"))      # unpacks and caches what a first start does
        own, other = [], []
        for _ in range(given.rounds):
            seconds, learnt = heed(text, given.vocabulary, os.path.join(folder, "heed.json"))
            own.append(seconds)
            seconds, expected = library(text, given.vocabulary)
            other.append(seconds)
            if learnt != expected:
                raise SystemExit("the tokenizers differ")
        a, b = statistics.median(own), statistics.median(other)
        print(f"{os.path.getsize(text) / 1e6:.1f} MB, {given.vocabulary} tokens, the same in both: "
              f"heed {a:.2f} s, tokenizers {b:.2f} s, ratio {a / b:.2f}")


main()
