#!/usr/bin/env python3
"""Measures training and reading on Spark, on this machine.

    python bench/spark.py [quality rounds exchange scaling reading maps costs] --text tinyshakespeare.txt

First build with ./mvnw -P spark -DskipTests package. Measures:

    quality   validation loss of 2, 4 and 8 workers less that of one machine with the same steps and rows (configs/shakespeare-spark.yaml),
              for three seeds
    rounds    the same in rounds of 10, 30 and 100 steps instead of 5, for one seed
    exchange  10 M parameters, 4 workers, rounds of 30 steps: where the time goes, and the bytes against the formula
    scaling   0.8 M parameters (4 layers, width 128, context 64), 64 and 128 rows: tokens per second of two executors of one core, on a
              standalone cluster, over those of one executor; in turns, each the median of its rounds but the first two
    reading   200,000 sentences: seconds of heed spark evaluate with one executor and with two, and its largest relative difference to
              heed evaluate
    maps      10,000 sentences: the largest difference between the maps that heed spark attention writes and those of heed attention
              --file; reads both with numpy and pyarrow, of the versions in interop/requirements.txt
    costs     seconds of a round by a model of costs, up to 1,000 workers and 10^9 parameters

Losses do not depend on the machine's load, times do. Each line of times: median (minimum to maximum).
"""
import argparse
import contextlib
import json
import os
import pathlib
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time

HOME = pathlib.Path(__file__).resolve().parent.parent
SPARK = HOME / "target/spark"
LARGE = ["model.context=256", "model.width=384", "model.layers=6", "model.heads=6", "training.batch=4"]
MEDIUM = ["model.context=64", "model.width=128", "model.layers=4", "model.heads=4"]


def line(name, values, unit="", digits=3):
    print(f"{name}: {statistics.median(values):.{digits}f} ({min(values):.{digits}f} to {max(values):.{digits}f}){unit}", flush=True)


def opens():
    """What Spark opens of Java, as pom.xml has it."""
    return re.search("<sparkOpens>(.*?)</sparkOpens>", (HOME / "pom.xml").read_text()).group(1).split()


def java(*arguments, **more):
    environment = os.environ | dict(SPARK_HOME=str(SPARK), SPARK_LOCAL_IP="127.0.0.1", SPARK_NO_DAEMONIZE="1",
                                    SPARK_SCALA_VERSION="2.13", OPT_OUT_TRACKING="true")
    return subprocess.Popen(["java", *arguments], env=environment, cwd=HOME, **more)


@contextlib.contextmanager
def cluster(workers, folder):
    """A master and workers of one core each."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    jars, log = str(SPARK / "jars/*"), dict(stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url = f"spark://127.0.0.1:{port}"
    role = ["-Xmx256m", "-cp", jars, "org.apache.spark.deploy."]
    processes = [java(*role[:-1], role[-1] + "master.Master", "--host", "127.0.0.1", "--port", str(port), "--webui-port", "0", **log)]
    time.sleep(5)
    for i in range(workers):
        processes.append(java(*role[:-1], role[-1] + "worker.Worker", "--host", "127.0.0.1", "-c", "1", "-m", "3g", "--webui-port", "0",
                              "-d", f"{folder}/worker{i}", url, **log))
    time.sleep(5)
    try:
        yield url
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait()


def heed(master, *arguments):
    """Runs heed spark and returns the JSON objects that it prints."""
    process = java("-Xmx2g", *opens(), "-Dai.djl.offline=true", f"-Dheed.home={HOME}",
                   "-Dslf4j.provider=org.apache.logging.slf4j.SLF4JServiceProvider", "-Dslf4j.internal.verbosity=WARN",
                   "-Dlog4j2.configurationFile=classpath:io/heed/spark/log4j2.properties", "-cp",
                   f"{SPARK}/jars/*:{HOME}/target/heed-spark.jar", "io.heed.spark.HeedOnSpark", *arguments, "--master", master, "--json",
                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    out, err = process.communicate()
    if process.returncode:
        sys.exit(f"heed spark {' '.join(arguments)}: {err}")
    return [json.loads(each) for each in out.splitlines()]


def train(args, folder, master, workers, settings=(), seed=1337):
    sets = [f"data.train={args.text}", f"seed={seed}", "name=run", *settings]
    events = heed(master, "train", "configs/shakespeare-spark.yaml", "--models", f"{folder}/models", "--overwrite", "--workers",
                  str(workers), "--take-turns", "--shards", f"file://{folder}/shards", *[x for each in sets for x in ("--set", each)])
    return [each for each in events if each["event"] == "exchanged"], events[-1]


def quality(args, folder):
    for seed in args.seeds:
        alone = train(args, folder, "local[2]", 1, (), seed)[1]["last_validation_loss"]
        print(f"seed {seed}: one machine {alone:.4f}", flush=True)
        for workers in (2, 4, 8):
            loss = train(args, folder, "local[2]", workers, (), seed)[1]["last_validation_loss"]
            print(f"seed {seed}: {workers} workers {loss:.4f} ({loss - alone:+.4f})", flush=True)


def rounds(args, folder):
    for steps in (10, 30, 100):
        for workers in (2, 4, 8):
            loss = train(args, folder, "local[2]", workers, [f"distributed.inner_steps={steps}"])[1]["last_validation_loss"]
            print(f"rounds of {steps} steps, {workers} workers: {loss:.4f}", flush=True)


def exchange(args, folder):
    done, _ = train(args, folder, "local[2]", 4, [*LARGE, "training.steps=90", "training.evaluate_every=90",
                                                "distributed.inner_steps=30", "training.evaluate_tokens=5000"])
    for each in done:
        spent = {key: each[key + "_seconds"] for key in ("learning", "exchange", "waiting")}
        print(f"round {each['round']}: " + ", ".join(f"{key} {value:.1f} s" for key, value in spent.items())
              + f", exchange {100 * spent['exchange'] / sum(spent.values()):.1f} %, {each['bytes_sent'] / 1e6:.1f} MB sent,"
              f" {each['bytes_received'] / 1e6:.1f} MB received", flush=True)


def scaling(args, folder):
    for rows in (64, 128):
        speeds = {1: [], 2: []}
        for _ in range(args.runs):
            for executors in (1, 2):
                with cluster(executors, folder) as url:
                    done, _ = train(args, folder, url, executors, ["training.steps=150", "training.evaluate_every=150",
                                                                   f"training.batch={rows}", "distributed.inner_steps=30", *MEDIUM])
                    speeds[executors].append(statistics.median(each["tokens_per_second"] for each in done[2:]))
        for executors, found in speeds.items():
            line(f"{rows} rows, {executors} executors", found, " tokens/s", 0)
        line(f"{rows} rows, two over one", [two / one for one, two in zip(speeds[1], speeds[2])])


def sentences(folder, count):
    file = pathlib.Path(folder, "sentences.txt")
    some = [each for each in (HOME / "data/toy.txt").read_text().splitlines() if each]
    file.write_text("\n".join(some[i % len(some)] for i in range(count)) + "\n")
    return str(file)


def here(*arguments):
    """What heed prints without Spark."""
    return subprocess.run([str(HOME / "heed"), *arguments], check=True, stdout=subprocess.PIPE, text=True).stdout


def difference(one, other):
    """The largest relative difference of numbers in the same places."""
    if isinstance(one, dict):
        return max((difference(value, other[key]) for key, value in one.items()), default=0)
    if isinstance(one, list):
        return max((difference(*pair) for pair in zip(one, other, strict=True)), default=0)
    if isinstance(one, (int, float)) and not isinstance(one, bool):
        return abs(one - other) / max(abs(one), 1e-300)
    return 0 if one == other else float("inf")


def reading(args, folder):
    file = sentences(folder, 200_000)
    expected = json.loads(here("evaluate", "models/toy", file, "--json"))
    seconds, most = {1: [], 2: []}, 0
    for _ in range(args.runs):
        for executors in (1, 2):
            with cluster(executors, folder) as url:
                begun = time.time()
                found = heed(url, "evaluate", "models/toy", file)
                seconds[executors].append(time.time() - begun)
                most = max(most, difference(expected, found[-1]))
    for executors, spent in seconds.items():
        line(f"evaluate, {executors} executors", spent, " s", 1)
    line("one over two", [one / two for one, two in zip(seconds[1], seconds[2])])
    print(f"largest relative difference to heed evaluate: {most:.1e}", flush=True)


def maps(args, folder):
    import numpy
    import pyarrow.parquet
    file = sentences(folder, 10_000)
    here("attention", "models/toy", "--file", file, "--format", "npz", "--out", f"{folder}/dump", "--include", "attention")
    with cluster(2, folder) as url:
        heed(url, "attention", "models/toy", file, "--out", f"{folder}/maps")
    dump = numpy.load(f"{folder}/dump/attention.npz")
    rows = pyarrow.parquet.read_table(f"{folder}/maps", columns=["index", "layer", "head", "weights"])
    compared, most = 0, 0.0
    for index, layer, head, weights in zip(*(rows.column(name) for name in rows.column_names)):
        expected = dump[f"{index}/weights"][layer.as_py(), head.as_py()]
        found = numpy.asarray(weights.as_py(), numpy.float32)
        most = max(most, float(abs(found - expected).max()))
        compared += 1
    print(f"{compared} maps of 10,000 sentences: largest difference to heed attention's file {most:.1e}", flush=True)


def costs(args, folder):
    """A state has two numbers for each parameter, with Muon. Per executor and round: 4 bytes a number received, 2 sent and 2 received in
    slices; the driver receives 4 and computes. Executors have the state from one another, so a broadcast is taken to cost the same for any
    number of them. Scheduling costs 2 ms a worker."""
    network, driver = 1.25e9, 2.5e8  # bytes/s of a 10 Gbit/s network; numbers/s of the driver's outer step and packing, as measured here
    print("parameters  workers  exchange s  10 steps s  exchange %   (10 Gbit/s, 0.5 TFLOP/s a worker, 16,384 tokens a worker and step)")
    for parameters in (1e7, 1e8, 1e9):
        for workers in (2, 16, 128, 1000):
            numbers = 2 * parameters
            seconds = numbers * (4 + 2 + 2 + 4) / network + numbers / driver + workers * 2e-3
            learning = 10 * 6 * parameters * 16384 / 5e11
            print(f"{parameters:10.0e}  {workers:7d}  {seconds:10.1f}  {learning:10.0f}  {100 * seconds / (seconds + learning):10.1f}")


def main():
    measures = [quality, rounds, exchange, scaling, reading, maps, costs]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("measures", nargs="*", help="what to measure; all if none is named")
    parser.add_argument("--text", type=lambda name: str(pathlib.Path(name).resolve()), help="tinyshakespeare.txt")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1337, 1, 2])
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for measure in measures:
            if not args.measures or measure.__name__ in args.measures:
                measure(args, folder)


if __name__ == "__main__":
    main()
