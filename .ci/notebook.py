"""Runs notebooks/heed.ipynb, and compares what it shows with what its text says and with what is stored in it."""

import re
import sys
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

FILE = Path("notebooks/heed.ipynb")
LARGEST = 300_000


def code(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def shapes(notebook):
    """For each cell, what kinds of outputs it has."""
    return [[sorted(output.get("data", {"stream " + output.get("name", ""): ""})) for output in cell.outputs] for cell in code(notebook)]


def shown(notebook, source):
    """What the cell shows in whose source that stands, as one text."""
    [cell] = [cell for cell in code(notebook) if source in cell.source]
    return "\n".join(text for output in cell.outputs for text in output.get("data", {"": output.get("text", "")}).values())


def number(pattern, text):
    """The number that a pattern finds in a text; NaN, of which nothing is true, if it finds none."""
    found = re.search(pattern, text)
    return float(found.group(1)) if found else float("nan")


def claims(notebook):
    """What the text of the notebook says, and whether it is so."""
    loss = shown(notebook, "TrainingRun.begin")
    next_words = shown(notebook, "predictor.next")
    without = shown(notebook, "predictor.compare")
    picture = shown(notebook, "CircuitReport.of")
    proof = shown(notebook, "circuit.proof()")
    everything = "\n".join(shown(notebook, cell.source) for cell in code(notebook) if cell.outputs)
    return {
        "the whole run is trained": "step 500 of 500" in loss,
        "there are 113 tokens": "113 tokens" in loss,
        "the loss falls far below ln 113": number(r"best ([\d.]+) at step", loss) < 1.2,
        "the cat rests": number(r"(?m)^mat ([\d.]+)$", next_words) > 0.9,
        "without the head that reads cat most, something else is likelier than the mat": "whole" in without
        and not re.search(r"(?m)\A(<.*\n)*mat ", without),
        "few edges carry the answer": number(r": (\d+) of 110 edges", picture) < 40,
        "the circuit alone is enough": number(r"alone keeps +([\d.]+) %", proof) > 90,
        "nothing else is": number(r"without it keeps +(-?[\d.]+) %", proof) < 10,
        "no message interrupts": "stderr" not in str(shapes(notebook)),
        "no path of this machine is shown": not re.search(r"(?i)\b[A-Z]:\\|(?<![\w./<])/(home|root|tmp|work|usr|Users)/", everything),
        "cells were run once, in order": [cell.execution_count for cell in code(notebook)] == list(range(1, len(code(notebook)) + 1)),
    }


def wrong(notebook):
    return [claim for claim, holds in claims(notebook).items() if not holds]


def main():
    stored = nbformat.read(FILE, 4)
    notebook = nbformat.read(FILE, 4)
    for cell in code(notebook):
        cell.outputs, cell.execution_count = [], None
    start = time.time()
    client = NotebookClient(
        notebook, timeout=600, kernel_name="java", record_timing=False, coalesce_streams=True, resources={"metadata": {"path": str(FILE.parent)}}
    )
    try:
        client.execute()
    except CellExecutionError as failure:
        sys.exit(f"{FILE}: a cell failed\n{failure}")
    problems = [f"it is not so that {claim}" for claim in wrong(notebook)]
    if "--write" in sys.argv:
        notebook.metadata.pop("widgets", None)
        nbformat.write(notebook, FILE)
    else:
        problems += [f"in the stored outputs it is not so that {claim}" for claim in wrong(stored)]
        if shapes(notebook) != shapes(stored):
            problems.append("cells show other kinds of things than the stored outputs; run .ci/notebook --write")
    if FILE.stat().st_size > LARGEST:
        problems.append(f"it has {FILE.stat().st_size} bytes, more than {LARGEST}")
    if problems:
        sys.exit("\n".join(f"{FILE}: {problem}" for problem in problems))
    print(f"{FILE}: {len(code(notebook))} cells run in {time.time() - start:.0f} s, {len(claims(notebook))} claims hold")


if __name__ == "__main__":
    main()
