#!/usr/bin/env python3
"""Trains small random configurations for an hour, interrupts the runs at random, resumes them, and checks what they leave.

    bench/soak.py                                  60 minutes
    bench/soak.py --minutes 5 --seed 7             less, and other configurations
    bench/soak.py --cases 1 --first 12             case 12 alone

A case is a configuration drawn from (seed, case): Muon or AdamW, 1 to 4 workers, dropout, accumulated batches, words, characters or
byte pairs, decoder-only or encoder-decoder, and so on. Its run gets up to three of SIGINT, SIGTERM and SIGKILL, at any time from its
start on, and is resumed after each, with another number of workers; then it is left to end. Every third case is also trained
without an interruption: weights and metrics have to be the same to the last bit.

A fault is an exit code that the signal does not explain, a process that falls silent for ten minutes, a crash of the JVM or the engine (SIGSEGV,
SIGABRT, an hs_err file), or weights that differ. The case's configuration, output, crash report and models then stay in --keep.
One line a case, a summary at the end; exits with 1 if there was a fault. Needs Python 3.9 and a POSIX system.
"""
import argparse
import hashlib
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

HOME = pathlib.Path(__file__).resolve().parent.parent
SIGNALS = [signal.SIGINT, signal.SIGTERM, signal.SIGKILL]
COMPARED = ["model.safetensors", "training/latest/model.safetensors", "training/metrics.csv"]
COMPARE_EVERY = 3
PATIENCE = 600  # seconds that a process may say nothing


class Fault(Exception):
    """What a case did wrong."""


def configuration(chance):
    """Settings by key, of a model that trains in seconds."""
    data, form = chance.choice([("toy.txt", "lines"), ("toy.txt", "stream"), ("toy.txt", "lines"), ("fr-en.tsv", "pairs")])
    heads = chance.choice([1, 2, 4])
    context = chance.choice([16, 24, 48, 96])
    return {
        "seed": chance.randrange(1000),
        "device": "cpu",
        "data.train": HOME / "data" / data,
        "data.format": form,
        "tokenizer.type": "word" if form == "pairs" else chance.choice(["word", "character", "bpe"]),
        "tokenizer.vocabulary": chance.choice([300, 400, 1000]),
        "model.architecture": "encoder-decoder" if form == "pairs" else "decoder-only",
        "model.context": context,
        "model.heads": heads,
        "model.width": heads * chance.choice([8, 16, 24]),
        "model.layers": chance.choice([1, 2, 3]),
        "model.feed_forward": chance.choice([0, 0, 40]),
        "model.positions": chance.choice(["sinusoidal", "learned"]),
        "model.activation": chance.choice(["gelu_new", "gelu", "relu"]),
        "model.biases": chance.choice(["true", "false"]),
        "model.dropout": chance.choice([0, 0, 0.1]),
        "training.optimizer": chance.choice(["muon", "adamw"]),
        "training.workers": chance.choice([1, 2, 3, 4]),
        "training.batch": chance.choice([3, 8, 16 * 384 // context // 8]),
        "training.accumulate": chance.choice([1, 1, 2, 3]),
        "training.steps": chance.randint(40, 250),
        "training.evaluate_every": chance.choice([10, 25, 60]),
        "training.evaluate_tokens": 2000,
        "training.checkpoint_every": chance.choice([0, 1, 7, 20]),
        "training.schedule": chance.choice(["cosine", "linear", "sqrt", "constant"]),
        "training.average": chance.choice([0, 0, 0.9]),
        "training.label_smoothing": chance.choice([0, 0, 0.1]),
        "training.keep": chance.choice(["false", "false", "true"]),
    }


def file_of(settings, path):
    """Writes settings as a configuration file."""
    groups = {}
    for key, value in settings.items():
        group, _, name = key.rpartition(".")
        groups.setdefault(group, []).append(f"{name}: {value}")
    lines = ["name: run", *groups.pop("")]
    for group, members in groups.items():
        lines += [f"{group}:", *("  " + member for member in members)]
    path.write_text("\n".join(lines) + "\n")


class Case:
    """One configuration in a folder of its own."""

    def __init__(self, seed, number, folder):
        self.chance = random.Random(f"{seed}/{number}")
        self.settings = configuration(self.chance)
        self.compared = number % COMPARE_EVERY == 0
        self.folder = folder
        self.config = folder / "run.yaml"
        self.said = []
        file_of(self.settings, self.config)

    def __str__(self):
        s = self.settings
        traits = [s["training.optimizer"], f"{s['training.workers']} workers", s["tokenizer.type"], s["data.format"],
                  f"{s['training.steps']} steps of {s['training.batch']} × {s['training.accumulate']}"]
        return ", ".join(traits + ["dropout"] * (s["model.dropout"] > 0))

    def check(self):
        """Trains it as drawn; raises a Fault."""
        self.interrupted(self.folder / "interrupted")
        if self.compared:
            whole = self.folder / "whole"
            self.process(whole, ["train", self.config, "--models", whole], None)
            for name in COMPARED:
                digests = {hashlib.sha256((models / "run" / name).read_bytes()).hexdigest()
                           for models in (whole, self.folder / "interrupted")}
                if len(digests) > 1:
                    raise Fault(f"{name} of the interrupted run differs from that of the uninterrupted one")
            self.said.append("same weights as uninterrupted")

    def interrupted(self, models):
        """Trains it in pieces."""
        run = models / "run"
        for number in [*(self.chance.choice(SIGNALS) for _ in range(self.chance.randint(1, 3))), None]:
            if (run / "training" / "state.safetensors").exists():
                workers = self.chance.choice([1, 2, 3, 4])
                command = ["train", "--resume", run, "--set", f"training.workers={workers}"]
            else:
                command = ["train", self.config, "--models", models]
            if self.process(models, command, number) == 0:
                return

    def process(self, models, command, number):
        """Runs Heed, sends it a signal at a random time unless that is None, and returns its exit code; raises a Fault."""
        models.mkdir(exist_ok=True)
        log = models / "log.txt"
        begun = log.stat().st_size if log.exists() else 0
        early = self.chance.random() < 0.25  # before there is anything to interrupt
        delay = self.chance.uniform(0, 3)
        environment = dict(os.environ, HEED_JAVA_OPTIONS=f"-XX:ErrorFile={models}/hs_err_%p.log")
        with open(log, "ab") as out:
            out.write(f"# heed {' '.join(map(str, command))}\n".encode())
            out.flush()
            process = subprocess.Popen([HOME / "heed", *map(str, command), "--json"], cwd=models, env=environment,
                                       stdout=out, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
            try:
                if number is not None and self.waits(process, log, begun, early, delay):
                    process.send_signal(number)
                    self.said.append(number.name)
                code = self.end(process, log)
            finally:
                process.kill()
                process.wait()
            out.write(f"# exit code {code}\n".encode())
        self.judge(code, number, models)
        return code

    @staticmethod
    def end(process, log):
        """Waits until a process ends, as long as it says something; a busy machine may take its time. Returns the exit code."""
        said, since = log.stat().st_size, time.monotonic()
        while time.monotonic() - since < PATIENCE:
            try:
                return process.wait(1)
            except subprocess.TimeoutExpired:
                if log.stat().st_size > said:
                    said, since = log.stat().st_size, time.monotonic()
        process.send_signal(signal.SIGQUIT)  # the JVM writes its threads' stacks to the log
        time.sleep(5)
        raise Fault(f"a process neither ended nor said anything for {PATIENCE} s")

    @staticmethod
    def waits(process, log, begun, early, delay):
        """Waits until the signal is due; whether the process still runs then."""
        end = time.monotonic() + PATIENCE
        while not early and process.poll() is None and time.monotonic() < end:
            if b'"event":"started"' in log.read_bytes()[begun:]:
                break
            time.sleep(0.02)
        try:
            process.wait(delay)
            return False
        except subprocess.TimeoutExpired:
            return True

    @staticmethod
    def judge(code, number, models):
        """An orderly end is 128 + the signal; SIGKILL, and any signal before the JVM handles them, kills the process."""
        reports = list(models.glob("hs_err_*"))
        if reports:
            raise Fault(f"the JVM crashed with exit code {code}: {reports[0].name}")
        explained = {0} if number is None else {0, -number, 128 + number}
        if code not in explained:
            raise Fault(f"exit code {code} after {number.name if number else 'no signal'}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=60, help="start no case after this many minutes")
    parser.add_argument("--cases", type=int, default=10 ** 9, help="how many cases at most")
    parser.add_argument("--first", type=int, default=0, help="the number of the first case")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=lambda path: pathlib.Path(path).resolve(), default=pathlib.Path("soak-faults").resolve(),
                        help="the folder for cases with a fault")
    options = parser.parse_args()
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in the background ignores it, and what it starts would too
    subprocess.run([HOME / "heed", "--version"], check=True, stdout=subprocess.DEVNULL)  # builds and prepares it once
    start, sent, cases, compared, faults = time.monotonic(), {}, 0, 0, []
    number = options.first
    while cases < options.cases and time.monotonic() - start < options.minutes * 60:
        with tempfile.TemporaryDirectory(prefix="soak-") as folder:
            case = Case(options.seed, number, pathlib.Path(folder))
            fault = None
            try:
                case.check()
                compared += case.compared
            except Fault as found:
                fault = found
                faults.append(number)
                shutil.copytree(folder, options.keep / f"case-{number}", dirs_exist_ok=True)
            for name in case.said:
                sent[name] = sent.get(name, 0) + name.startswith("SIG")
        print(f"case {number}: {case}: {', '.join(case.said) or 'ended before a signal'}{f': FAULT: {fault}' if fault else ''}",
              flush=True)
        cases, number = cases + 1, number + 1
    signals = ", ".join(f"{count} {name}" for name, count in sorted(sent.items()) if count)
    print(f"{cases} cases in {(time.monotonic() - start) / 60:.0f} minutes, {signals or 'no signal'}, {compared} compared with an "
          f"uninterrupted run: {f'{len(faults)} faults, cases {faults} in {options.keep}' if faults else 'no fault'}")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
