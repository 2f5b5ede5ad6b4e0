#!/usr/bin/env python3
"""Measures what it costs to watch a run: the same run without frames, with frames, with a page that nobody
watches, and with one that is watched.

    python bench/watch.py [--text tinyshakespeare.txt] [--pairs 5] [toy shakespeare] [viewers] [delay] [size]

toy and shakespeare train configs/toy.yaml and configs/shakespeare.yaml in turn without and with the page; the ratio is of the runs'
seconds, which their last event gives. viewers lets five programs read the events of a long toy run, one of which stops reading, and
prints the resident memory of the trainer every ten seconds (--minutes). delay prints how old a state is when it arrives: the time between
its `seconds` and its arrival, less the least of all. size keeps 500 frames of the toy model and prints the size of the page.
Needs Python 3.9 alone and a packaged Heed (./mvnw -DskipTests package).
"""
import argparse
import hashlib
import json
import pathlib
import statistics
import subprocess
import tempfile
import threading
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent


def command(options, config, models, *more):
    words = [str(ROOT / "heed"), "train", str(ROOT / "configs" / config), "--models", models, "--json"]
    if config.startswith("shakespeare"):
        words += ["--set", f"data.train={options.text}"]
    return words + list(more)


def read(address, seen, pause=None):
    """Reads a run's events to the end."""
    with urllib.request.urlopen(address + "api/events") as answer:
        for line in answer:
            if line.startswith(b"data: "):
                seen.append((time.monotonic(), line[6:]))
            if pause is not None and len(seen) > 5:
                pause.wait()


def train(options, config, models, *more, viewers=0):
    """Trains, and returns the last event, the bytes of the model, and what the viewers saw."""
    program = subprocess.Popen(command(options, config, models, *more), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    last, threads, seen = {}, [], []
    for line in program.stdout:
        last = json.loads(line)
        if last.get("event") == "watched":
            for _ in range(viewers):
                seen.append([])
                threads.append(threading.Thread(target=read, args=(last["address"], seen[-1])))
                threads[-1].start()
    program.wait()
    for thread in threads:
        thread.join()
    folder = pathlib.Path(last["folder"])
    return last, hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest(), seen, folder


def cost(options, config):
    page = ("--watch", "--watch-port", "0", "--no-browser")
    variants = {"frames kept": (("--set", "training.frames=24"), 0), "nobody watches": (page, 0), "one watches": (page, 1)}
    ratios = {name: [] for name in variants}
    for pair in range(options.pairs):
        sums = set()
        with tempfile.TemporaryDirectory() as models:
            plain, digest, _, _ = train(options, config, models)
            sums.add(digest)
        for name, (more, viewers) in variants.items():
            with tempfile.TemporaryDirectory() as models:
                watched, digest, seen, _ = train(options, config, models, *more, viewers=viewers)
                sums.add(digest)
                ratios[name].append(watched["seconds"] / plain["seconds"])
        print(f"{config}: pair {pair + 1}: {plain['seconds']:.2f} s; " + ", ".join(
            f"{name} × {all_[-1]:.3f}" for name, all_ in ratios.items())
            + f"; {sum(b'frame' in line[:20] for _, line in seen[0])} frames; weights "
            + ("equal" if len(sums) == 1 else "DIFFER"), flush=True)
    for name, all_ in ratios.items():
        print(f"{config}: {name}: × {statistics.median(all_):.3f} ({min(all_):.3f} to {max(all_):.3f})", flush=True)


def resident(pid):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return 0


def viewers(options):
    with tempfile.TemporaryDirectory() as models:
        program = subprocess.Popen(
            command(options, "toy.yaml", models, "--watch", "--watch-port", "0", "--no-browser",
                    "--set", "training.steps=1000000", "--set", "training.evaluate_every=100000"),
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        address = next(event["address"] for event in map(json.loads, program.stdout) if event["event"] == "watched")
        threading.Thread(target=lambda: [None for _ in program.stdout], daemon=True).start()
        seen = [[] for _ in range(5)]
        never = threading.Event()
        for i, each in enumerate(seen):
            threading.Thread(target=lambda each=each, i=i: quiet(address, each, never if i == 4 else None), daemon=True).start()
        begun = time.monotonic()
        while time.monotonic() - begun < 60 * options.minutes:
            time.sleep(10)
            pid = max((int(p.name) for p in pathlib.Path("/proc").iterdir() if p.name.isdigit() and is_java(p)),
                      key=resident, default=program.pid)
            states = [json.loads(line) for _, line in seen[0][-200:] if b'"state"' in line[:20]]
            print(f"{time.monotonic() - begun:.0f} s: {resident(pid):.0f} MiB, events "
                  + " ".join(str(len(each)) for each in seen)
                  + (f", step {states[-1]['step']}, {states[-1]['tokens_per_second']:.0f} tokens/s" if states else ""), flush=True)
        kept = [[line for _, line in each if b'"live":true' not in line and b'"state"' not in line[:20]] for each in seen[:4]]
        print("kept events of the four readers:", [len(each) for each in kept], "equal" if all(k == kept[0] for k in kept) else "DIFFER")
        program.terminate()
        program.wait()


def quiet(address, each, pause):
    try:
        read(address, each, pause)
    except OSError:
        pass


def is_java(process):
    try:
        return b"io.heed" in (process / "cmdline").read_bytes() and b"java" in (process / "cmdline").read_bytes()[:200]
    except OSError:
        return False


def delay(options):
    with tempfile.TemporaryDirectory() as models:
        _, _, seen, _ = train(options, "toy.yaml", models, "--watch", "--watch-port", "0", "--no-browser", viewers=1)
    offsets = []
    for arrived, line in seen[0]:
        event = json.loads(line)
        if event["type"] == "state":
            offsets.append(arrived - event["seconds"])
    late = sorted(1000 * (offset - min(offsets)) for offset in offsets)
    gaps = [1000 * (b[0] - a[0]) for a, b in zip(seen[0], seen[0][1:])]
    print(f"delay: {len(late)} states, median {statistics.median(late):.0f} ms, 95 % {late[int(.95 * len(late))]:.0f} ms, "
          f"most {late[-1]:.0f} ms; between events at most {max(gaps):.0f} ms")


def size(options):
    with tempfile.TemporaryDirectory() as models:
        _, _, _, folder = train(options, "toy.yaml", models, "--set", "training.frames=500")
        print(f"size: 500 frames: training.html {(folder / 'training.html').stat().st_size / 1e6:.2f} MB, "
              f"frames.jsonl {(folder / 'training/frames.jsonl').stat().st_size / 1e6:.2f} MB")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--text", default=str(ROOT / "data/tinyshakespeare.txt"))
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("measures", nargs="*", default=["toy", "shakespeare", "delay", "size"])
    options = parser.parse_args()
    for measure in options.measures:
        if measure in ("toy", "shakespeare"):
            cost(options, measure + ".yaml")
        else:
            {"viewers": viewers, "delay": delay, "size": size}[measure](options)


if __name__ == "__main__":
    main()
