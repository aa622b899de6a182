"""Files in compressed chunks with a few bytes changed, and whether h5py reads them.

    python chunk_mutants.py FOLDER COUNT SEED

Writes FOLDER/INDEX.h5 and a line of FOLDER/verdicts.txt for each: INDEX, and "refused" or "read"
(or "died", where the library itself did not live through it).
"""

import os
import sys
from pathlib import Path

import h5py
import numpy as np

SEEDS = 8


def seed_file(path, rng, index):
    labels = np.arange(60) % 3
    values = (rng.normal(size=(60, 24)) + labels[:, None]).astype("f4")
    with h5py.File(path, "w", libver=("v110" if index % 2 else "earliest", "v110")) as file:
        file.create_dataset(
            "layer", data=values, chunks=(int(rng.integers(5, 30)), int(rng.integers(4, 24))),
            maxshape=[None, (None, 24), (60, None), (None, None)][index // 2 % 4],
            compression="gzip", shuffle=True, fletcher32=bool(rng.integers(2)))
        file["labels"] = labels


def reads(path):
    """Whether every dataset can be read, by a process of its own."""
    child = os.fork()
    if child == 0:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        try:
            with h5py.File(path) as file:
                names = []
                file.visititems(lambda name, _: names.append(name))
                for name in names:
                    if isinstance(file[name], h5py.Dataset):
                        file[name][...]
                os._exit(0 if {"layer", "labels"} <= set(names) else 3)
        except BaseException:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    return {0: "read", 1: "refused", 3: "renamed"}.get(os.waitstatus_to_exitcode(status), "died")


if __name__ == "__main__":
    folder, count, seed = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    originals = []
    for index in range(SEEDS):
        seed_file(folder / "seed.h5", np.random.default_rng([seed, index]), index)
        originals.append((folder / "seed.h5").read_bytes())
    (folder / "seed.h5").unlink()
    lines = []
    for index in range(count):
        rng = np.random.default_rng([seed, SEEDS + index])
        data = bytearray(originals[index % SEEDS])
        for _ in range(int(rng.integers(1, 4))):
            data[int(rng.integers(len(data)))] = int(rng.integers(256))
        path = folder / f"{index}.h5"
        path.write_bytes(data)
        lines.append(f"{index} {reads(path)}")
    (folder / "verdicts.txt").write_text("\n".join(lines) + "\n")
