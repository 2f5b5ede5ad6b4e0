#!/usr/bin/env python3
"""Makes a long text by repeating a short one, trains on it in a small heap, and reports how fast it was read and how much memory it took.

    bench/data.py tinyshakespeare.txt                     1 GB by words and by characters, a heap of 512 MiB, 60 s of steps each
    bench/data.py tinyshakespeare.txt --mib 64 --steps 20 a small try

Every fiftieth line gets a number and a new word in front, so that the vocabulary grows as a real text's does. It reports the time
until the first step, first with the text's tokens to make, then, in a second run, with those stored. Memory is the resident set of the
process, from Linux's /proc, split into its own (anonymous) and that of files. Needs Python 3.9 and Linux.
"""
import argparse
import os
import re
import subprocess
import sys
import tempfile
import threading
import time

HOME = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
CONFIG = """\
name: %(name)s
device: cpu
data: {train: '%(text)s', format: %(format)s, validation_fraction: 0.001}
tokenizer: {type: %(type)s}
model: {context: 64, width: 64, layers: 2, heads: 4}
training: {steps: %(steps)d, batch: 16, evaluate_every: %(steps)d}
"""


def long_text(source, target, mib):
    with open(source, "rb") as file:
        lines = file.read().splitlines(keepends=True)
    size, number = 0, 0
    with open(target, "wb") as out:
        while size < mib << 20:
            number += 1
            for i, line in enumerate(lines):
                if i % 50 == 0:
                    line = b"%d word%d " % (number, number * len(lines) + i) + line
                size += out.write(line)
    return size


def memory(pid):
    """Resident KiB of a process: all, its own, that of files."""
    try:
        with open(f"/proc/{pid}/status") as file:
            found = dict(re.findall(r"(VmRSS|RssAnon|RssFile):\s*(\d+) kB", file.read()))
        return tuple(int(found[key]) for key in ("VmRSS", "RssAnon", "RssFile"))
    except (OSError, KeyError):
        return None


def run(config, models, heap):
    """Trains, and returns (seconds, resident memory) samples and when steps began."""
    environment = dict(os.environ, HEED_JAVA_OPTIONS=f"-Xmx{heap}m")
    start = time.monotonic()
    process = subprocess.Popen([os.path.join(HOME, "heed"), "train", config, "--models", models, "--overwrite"],
                               stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, env=environment, text=True)
    samples, begun, said = [], [], []

    def listen():
        for line in process.stderr:
            said.append(line)
            if "trained parameters" in line:
                begun.append(time.monotonic() - start)

    listener = threading.Thread(target=listen)
    listener.start()
    while process.poll() is None:
        now = memory(process.pid)
        if now:
            samples.append((time.monotonic() - start, *now))
        time.sleep(0.25)
    listener.join()
    if process.returncode or not begun:
        sys.exit("the run failed:\n" + "".join(said))
    return samples, begun[0], time.monotonic() - start


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("text", help="such as tinyshakespeare.txt")
    options.add_argument("--mib", type=int, default=1000)
    options.add_argument("--heap", type=int, default=512, help="MiB")
    options.add_argument("--steps", type=int, default=2000)
    options.add_argument("--types", default="word,character")
    options.add_argument("--format", default="stream", choices=("stream", "lines"))
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        text = os.path.join(folder, "long.txt")
        size = long_text(given.text, text, given.mib)
        print(f"{size / 1e6:.0f} MB of text, a heap of {given.heap} MiB")
        for kind in given.types.split(","):
            config = os.path.join(folder, f"{kind}.yaml")
            with open(config, "w") as out:
                out.write(CONFIG % dict(name=kind, text=text, format=given.format, type=kind, steps=given.steps))
            for how in ("made", "found"):
                samples, begun, end = run(config, os.path.join(folder, "models"), given.heap)
                steps = [sample for sample in samples if sample[0] > begun + (end - begun) / 4]
                print(f"{kind}, tokens {how}: {begun:.1f} s to the first step, {size / 1e6 / begun:.1f} MB/s; "
                      f"resident {max(sample[1] for sample in samples) / 1024:.0f} MiB at most")
                if steps:
                    first, last = steps[0], steps[-1]
                    print(f"    over the last three quarters of {end - begun:.0f} s of steps: "
                          f"{first[1] / 1024:.0f} to {last[1] / 1024:.0f} MiB, of it files' "
                          f"{first[3] / 1024:.0f} to {last[3] / 1024:.0f} MiB")


if __name__ == "__main__":
    main()
