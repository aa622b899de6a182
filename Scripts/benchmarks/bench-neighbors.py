#!/usr/bin/env python3
"""Times the search of `snn-analyze neighbors` against FAISS's IndexFlatL2.search, in turn.

    python Scripts/benchmarks/bench-neighbors.py [N ...]        # default: 10000 20000

Every sample is looked up among all others, k = 50, on two threads, for 64, 512 and 2048 features.
Needs numpy, h5py and faiss-cpu, and a release build. FAISS's time leaves out `add`; ours holds the
packing of the samples. Medians of three.
"""

import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import faiss
import h5py
import numpy as np

ROOT = Path(__file__).resolve().parents[2]
NEIGHBORS, THREADS, REPEATS = 50, 2, 3


def own_seconds(path, folder):
    command = [ROOT / ".build/release/snn-analyze", "neighbors", path, "-k", str(NEIGHBORS)]
    command += ["--threads", str(THREADS), "--formats", "csv", "--verbose", "--output", folder]
    errors = subprocess.run(command, check=True, capture_output=True, text=True).stderr
    return float(re.search(r"searched in ([0-9.e+-]+) seconds", errors).group(1))


def faiss_seconds(index, values):
    start = time.perf_counter()
    index.search(values, NEIGHBORS)
    return time.perf_counter() - start


def main():
    faiss.omp_set_num_threads(THREADS)
    for count in [int(text) for text in sys.argv[1:]] or [10_000, 20_000]:
        for features in (64, 512, 2048):
            generator = np.random.default_rng(count + features)
            labels = generator.integers(0, 10, count)
            centers = generator.normal(size=(10, features)) / 2
            values = centers[labels] + generator.normal(size=(count, features))
            values = values.astype(np.float32)
            index = faiss.IndexFlatL2(features)
            index.add(values)
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / "bank.h5"
                with h5py.File(path, "w") as file:
                    file["layer"] = values
                    file["labels"] = labels
                pairs = [(own_seconds(path, folder), faiss_seconds(index, values)) for _ in range(REPEATS)]
            own, other = (sorted(times)[REPEATS // 2] for times in zip(*pairs))
            print(
                f"N = {count:6}  D = {features:4}  snn-analyze {own:6.2f} s  "
                f"FAISS {other:6.2f} s  ratio {own / other:.2f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
