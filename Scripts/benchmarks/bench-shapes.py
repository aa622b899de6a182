#!/usr/bin/env python3
"""CPU seconds of a run as it comes beside its curve alone, over kinds of data, N and D.

    python Scripts/benchmarks/bench-shapes.py [--features D,...] [--samples N,...] [--kinds KIND,...]
        [--options='--compute curve,samples'] [--repeats R] [--most VALUES] [--json FILE]

Curve and default run in turn, and the ratio is that of the least times: a run has no way to be faster
than it is. With --json the rows join those of the file; `Scripts/bench` shows those of
Reports/performance/shapes.json. Needs numpy, h5py and a release build. Shapes of more than VALUES
numbers (default 2^28, 1 GB) are left out.
"""

import argparse
import json
import os
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

import h5py
import numpy as np

ROOT = Path(__file__).resolve().parents[2]
COMMAND = ROOT / ".build/release/snn-analyze"
CLASSES = 10


def noise(generator, labels, features):
    """No structure at all."""
    return lambda own: generator.standard_normal((len(own), features), np.float32)


def clusters(generator, labels, features):
    """Gaussian classes whose centres lie half a deviation a feature apart."""
    centers = generator.standard_normal((CLASSES, features), np.float32) / 2
    return lambda own: centers[own] + generator.standard_normal((len(own), features), np.float32)


def rectified(generator, labels, features):
    """Rectified and of rank 60, as flattened convolutions are."""
    rank = min(60, features)
    mixing = generator.standard_normal((rank, features), np.float32)
    centers = generator.standard_normal((CLASSES, rank), np.float32) / 2

    def rows(own):
        factors = centers[own] + generator.standard_normal((len(own), rank), np.float32)
        return np.maximum(factors @ mixing, 0)

    return rows


def outliers(generator, labels, features):
    """Class clusters with one feature a thousand times as large as the others in one sample of twenty,
    as language models have them."""
    ordinary = clusters(generator, labels, features)

    def rows(own):
        values = ordinary(own)
        values[generator.random(len(own)) < 0.05, features // 3] *= 1000
        return values

    return rows


def collapsed(generator, labels, features):
    """Classes that are a point each, to a thousandth of their distance."""
    centers = generator.standard_normal((CLASSES, features), np.float32)
    return lambda own: (
        centers[own] + generator.standard_normal((len(own), features), np.float32) / 1000)


def offset(generator, labels, features):
    """Class clusters far from the origin."""
    ordinary = clusters(generator, labels, features)
    return lambda own: ordinary(own) + np.float32(1e5)


KINDS = {kind.__name__: kind for kind in (noise, clusters, rectified, outliers, collapsed, offset)}


def write(path, kind, count, features):
    """A float32 file of one kind, written a block at a time: the widest layers are gigabytes."""
    generator = np.random.default_rng(count + features)
    labels = generator.integers(0, CLASSES, count)
    rows = KINDS[kind](generator, labels, features)
    with h5py.File(path, "w") as file:
        file["labels"] = labels
        layer = file.create_dataset("layer", (count, features), np.float32)
        for start in range(0, count, 500):
            layer[start:start + 500] = rows(labels[start:start + 500])


def cpu_seconds(path, folder, options):
    """CPU seconds of one run, and its peak memory in bytes."""
    call = [COMMAND, path, *options, "--no-cache", "--formats", "json", "--quiet", "--output", folder]
    process = subprocess.Popen(call, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = status
    if status != 0:
        sys.exit(f"{' '.join(map(str, call))} ended with {status}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024


def key(row):
    """What makes a row the same measurement."""
    return row["samples"], row["features"], list(KINDS).index(row["kind"])


def listed(text):
    return text.split(",")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--features", type=listed, default=["64", "512", "2048", "8192", "50176", "100000"])
    parser.add_argument("--samples", type=listed, default=["1000", "3000", "10000"])
    parser.add_argument("--kinds", type=listed, default=list(KINDS))
    parser.add_argument("--options", type=shlex.split, default=[], help="in place of the run as it comes")
    parser.add_argument("--repeats", type=int, default=2)
    parser.add_argument("--most", type=int, default=1 << 28)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    rows = []
    print("| N × D | " + " | ".join(options.kinds) + " |")
    print("|---|" + "---|" * len(options.kinds))
    for count in map(int, options.samples):
        for features in map(int, options.features):
            if count * features > options.most:
                continue
            cells = []
            for kind in options.kinds:
                with tempfile.TemporaryDirectory() as folder:
                    path = Path(folder) / "layers.h5"
                    write(path, kind, count, features)
                    pairs = [
                        (cpu_seconds(path, folder, ["--compute", "curve"])[0],
                         cpu_seconds(path, folder, options.options))
                        for _ in range(options.repeats)]
                curve = min(curve for curve, _ in pairs)
                whole, peak = min(whole for _, whole in pairs)
                rows.append({"kind": kind, "samples": count, "features": features, "curve": curve,
                             "default": whole, "ratio": whole / curve, "peakBytes": peak})
                cells.append(f"{curve:.2f} → {whole:.2f}: {whole / curve:.1f}")
            print(f"| {count:,} × {features:,} | " + " | ".join(cells) + " |", flush=True)
    if options.json:
        kept = json.loads(options.json.read_text()) if options.json.exists() else []
        fresh = {key(row) for row in rows}
        rows += [row for row in kept if key(row) not in fresh]
        options.json.write_text(json.dumps(sorted(rows, key=key), indent=1) + "\n")


if __name__ == "__main__":
    main()
