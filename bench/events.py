#!/usr/bin/env python3
"""Compares a run's event file, as TensorBoard reads it, with its metrics.

    pip install tensorboard==2.19.0 numpy==2.4.6 protobuf==7.36.2 setuptools==65.5.0
    python bench/events.py models/NAME

Every scalar of models/NAME/training/events.out.tfevents.heed has to be a column of metrics.csv or speed.csv, with the same steps and the
same values: those of the file to the last digit that it prints, rounded to float32. Exits with 1 if one is not.
"""
import csv
import decimal
import pathlib
import sys

import numpy as np
from tensorboard.backend.event_processing import event_accumulator


def columns(training):
    """What the tables hold: column to (step, text) pairs. An empty field is no value."""
    result = {}
    for name in ("metrics.csv", "speed.csv"):
        table = training / name
        rows = list(csv.DictReader(open(table))) if table.exists() else []
        for row in rows:
            for column, text in row.items():
                if column != "step" and text != "":
                    result.setdefault(column, []).append((int(row["step"]), text))
    return result


def agree(value, text):
    """Whether a float32 is what a decimal number stands for."""
    if not np.isfinite(float(text)):
        return np.array_equal(np.float32(value), np.float32(text), equal_nan=True)
    digit = float(decimal.Decimal(1).scaleb(decimal.Decimal(text).as_tuple().exponent))
    return abs(value - float(text)) <= digit / 2 + float(np.spacing(np.float32(abs(float(text)))))


def main(folder):
    training = pathlib.Path(folder) / "training"
    known = columns(training)
    files = list(training.glob("*tfevents*"))
    if len(files) != 1:
        sys.exit(f"{training}: there are {len(files)} event files, not one")
    events = event_accumulator.EventAccumulator(str(files[0]), size_guidance={event_accumulator.SCALARS: 0})
    events.Reload()
    tags = events.Tags()["scalars"]
    wrong = [] if tags else ["it holds no scalars"]
    for tag in tags:
        read = [(event.step, event.value) for event in events.Scalars(tag)]
        rows = known.get(tag, [])
        if [step for step, _ in read] != [step for step, _ in rows]:
            wrong.append(f"{tag}: steps {[step for step, _ in read]}, in the tables {[step for step, _ in rows]}")
            continue
        wrong += [f"{tag} at step {step}: {value}, in the tables {text}"
                  for (step, value), (_, text) in zip(read, rows) if not agree(value, text)]
    print("\n".join(wrong) or f"{files[0]}: {len(tags)} scalars at {len(rows)} steps are as in the tables: {', '.join(tags)}")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
