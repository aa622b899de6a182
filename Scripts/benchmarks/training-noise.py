#!/usr/bin/env python3
"""How often the gate alarms at a network that was trained anew and is otherwise the same.

    python Scripts/benchmarks/training-noise.py [--seeds 20] [--baseline 10] [--epochs 20] [--work DIR]

Trains the perceptron of `snn-analyze train` on scikit-learn's digits with seeds 0, 1, …, and holds each
against a baseline of the next ten seeds (cyclically): by samples alone, against the mean of one training
as before, and by the baseline of ten. Prints a table of how many checks, and how many rows of them, are
regressions at the standard tolerances, and with atol = rtol = 0. The baselines share trainings, so that
the counts are not those of independent trials. Needs numpy, h5py, scikit-learn and a release build.
"""

import argparse
import json
import subprocess
import tempfile
from pathlib import Path

import h5py
import numpy as np
from sklearn.datasets import load_digits

ROOT = Path(__file__).resolve().parents[2]
COMMAND = ROOT / ".build/release/snn-analyze"
STRICT = "rules:\n  - {layer: '*', quantity: perplexity, side: upper, atol: 0, rtol: 0}\n"


def run(*arguments, allowed=(0,)):
    done = subprocess.run([COMMAND, *map(str, arguments)], capture_output=True, text=True)
    if done.returncode not in allowed:
        raise SystemExit(f"{' '.join(map(str, arguments))}: {done.stderr}")


def write_digits(path):
    digits = load_digits()
    order = np.random.default_rng(0).permutation(len(digits.target))
    half = len(order) // 2
    with h5py.File(path, "w") as file:
        for part, rows in (("train", order[:half]), ("test", order[half:])):
            file[f"{part}/inputs"] = (digits.data[rows] / 16).astype(np.float32)
            file[f"{part}/labels"] = digits.target[rows].astype(np.int64)


def check(file, baseline, out, rules):
    run("check", file, "--baseline", baseline, "-o", out, "--quiet", *rules, allowed=(0, 1))
    results = json.loads((out / "check.json").read_text())["results"]
    return [row["verdict"] for row in results]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--baseline", type=int, default=10)
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--work", type=Path)
    asked = parser.parse_args()
    work = asked.work or Path(tempfile.mkdtemp())
    work.mkdir(parents=True, exist_ok=True)
    data = work / "digits.h5"
    if not data.exists():
        write_digits(data)
    files = [work / f"seed{seed}.h5" for seed in range(asked.seeds)]
    for seed, file in enumerate(files):
        if not file.exists():
            run("train", data, "--seed", seed, "--epochs", asked.epochs, "--every", asked.epochs,
                "-o", file)
    strict = work / "strict.yml"
    strict.write_text(STRICT)
    rows = {}
    for seed, file in enumerate(files):
        others = [files[(seed + k) % len(files)] for k in range(1, asked.baseline + 1)]
        baselines = {"one training": others[:1], f"{asked.baseline} trainings": others}
        for name, group in baselines.items():
            baseline = work / f"baseline-{seed}-{len(group)}.json"
            if not baseline.exists():
                each = ["--each-file", "run"] if len(group) > 1 else []
                run("baseline", *group, *each, 
                    "-o", baseline, "--quiet")
            for tolerance, rules in {"standard": [], "none": ["--rules", strict]}.items():
                verdicts = check(file, baseline, work / "out", rules)
                rows.setdefault((name, tolerance), []).append(verdicts)
    print("| baseline | tolerance | checks that alarm | rows that do |")
    print("|---|---|--:|--:|")
    for (name, tolerance), checks in rows.items():
        alarms = sum("regression" in verdicts for verdicts in checks)
        flat = [verdict for verdicts in checks for verdict in verdicts]
        print(f"| {name} | {tolerance} | {alarms} of {len(checks)} "
              f"| {flat.count('regression')} of {len(flat)} |")


if __name__ == "__main__":
    main()
