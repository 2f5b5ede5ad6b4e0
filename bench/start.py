#!/usr/bin/env python3
"""Times whole processes of Heed, by the launcher and by `java -jar`, on one or more JDKs in turn.

    python bench/start.py [--runs 9] [--jdk FOLDER]... [version predict attention train]

Measures `heed --version`, `heed predict models/toy "the cat"`, `heed attention models/toy "the cat sat on the"` and 20 steps of
`heed train configs/toy.yaml`. The launcher starts the JVM with the classes that it stored at its first run; `java -jar` has the same
options without them. Without --jdk the JDK is that of the launcher.

Runs are interleaved, A B A B, since machines drift. Each line: median (minimum to maximum). The first run of each is not counted.
"""
import argparse
import os
import pathlib
import subprocess
import sys
import tempfile
import time

from compare import HOME, line

COMMANDS = {
    "version": ["--version"],
    "predict": ["predict", "models/toy", "the cat"],
    "attention": ["attention", "models/toy", "the cat sat on the", "--out", "{folder}/maps"],
    "train": ["train", "configs/toy.yaml", "--models", "{folder}", "--set", "name=mine", "--set", "training.steps=20"],
}
PLAIN = ["-Dai.djl.offline=true", "-Djava.awt.headless=true", "-Djna.noclasspath=true", "-Djna.nosys=true",
         "-Dorg.slf4j.simpleLogger.defaultLogLevel=error", f"-Dheed.home={HOME}", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
         "-jar", str(HOME / "target" / "heed.jar")]


def spent(command, environment):
    """Runs a command and returns its seconds and those of the processors."""
    with tempfile.TemporaryDirectory() as folder:
        command = [part.format(folder=folder) for part in command]
        begin = time.perf_counter()
        process = subprocess.Popen(command, cwd=HOME, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begin
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{' '.join(command)} failed")
    return seconds, usage.ru_utime + usage.ru_stime


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("--jdk", action="append", default=[], metavar="FOLDER", help="a JDK, once for each")
    parser.add_argument("measures", nargs="*", metavar="measure", default=list(COMMANDS))
    options = parser.parse_args()
    ways = {}
    for jdk in options.jdk or [None]:
        environment = os.environ | {"OPT_OUT_TRACKING": "true"} | ({"JAVA_HOME": jdk} if jdk else {})
        name = pathlib.Path(jdk).name if jdk else "the JDK"
        java = str(pathlib.Path(jdk) / "bin" / "java") if jdk else "java"
        ways[f"{name}, launcher"] = [str(HOME / "heed")], environment
        ways[f"{name}, java -jar"] = [java, *PLAIN], environment
    spent([str(HOME / "heed"), *COMMANDS["predict"]], os.environ)  # builds, unpacks
    for measure in options.measures:
        seen = {way: [] for way in ways}
        for number in range(options.runs + 1):
            for way, (command, environment) in ways.items():
                result = spent([*command, *COMMANDS[measure]], environment)
                if number:
                    seen[way].append(result)
        print(f"{measure}:")
        for way, results in seen.items():
            line(f"  {way}", [seconds for seconds, cpu in results], "s")
            line("    of the processors", [cpu for seconds, cpu in results], "s")


if __name__ == "__main__":
    main()
