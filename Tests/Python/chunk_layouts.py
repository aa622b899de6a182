"""Random layouts of chunks, and what h5py reads of them; needs h5py and numpy.

    python chunk_layouts.py FOLDER COUNT SEED

Writes FOLDER/INDEX.h5 with a dataset "layer" and labels, FOLDER/INDEX.f8 with the values as h5py
reads them, samples first, and a line of FOLDER/layouts.txt for each: INDEX, the axis of the samples,
whether all was written, and the layout in words.
"""

import sys
from pathlib import Path

import h5py
import numpy as np

SAMPLES = 47
TYPES = ["<f4", "<f4", ">f4", "<f8", "<f2", "<i2", "i1", ">i4"]


def filters(rng, kind):
    ways = [{}, {"compression": "gzip"}, {"compression": "gzip", "shuffle": True},
            {"compression": "gzip", "shuffle": True, "fletcher32": True}, {"fletcher32": True},
            {"compression": "lzf"}, {"compression": "lzf", "shuffle": True}]
    if h5py.h5z.filter_avail(h5py.h5z.FILTER_SZIP) and kind[0] == "<":
        ways.append({"compression": "szip"})
    return ways[rng.integers(len(ways))]


def layout(folder, index, rng):
    rank = int(rng.integers(2, 4))
    axis = int(rng.integers(rank))
    extents = [int(n) for n in rng.integers(2, 14, rank)]
    extents[axis] = SAMPLES
    most = [[n, None, n + int(rng.integers(0, 30))][rng.integers(3)] for n in extents]
    chunk = [int(rng.integers(1, n + 1 if limit == n else n + 6)) for n, limit in zip(extents, most)]
    chunk = [min(c, limit or c) for c, limit in zip(chunk, most)]
    kind = TYPES[rng.integers(len(TYPES))]
    way = filters(rng, kind)
    if np.prod(chunk) < 8 and way.get("compression") == "szip":
        way = {}  # A block of szip has eight pixels here.
    libver = ["earliest", "v108", "v110"][rng.integers(3)]
    space = h5py.h5s.create_simple(
        tuple(extents), tuple(h5py.h5s.UNLIMITED if n is None else n for n in most))
    values = rng.integers(0, 100, extents).astype(kind)
    with h5py.File(folder / f"{index}.h5", "w", libver=(libver, "v110")) as file:
        file["labels"] = np.arange(SAMPLES) % 3
        creation = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        if not way and rng.integers(2):
            creation.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY)
        if rng.integers(2):
            creation.set_fill_value(np.array(5, kind))
        creation.set_chunk(tuple(chunk))
        if way.get("shuffle"):
            creation.set_shuffle()
        compression = way.get("compression")
        if compression == "gzip":
            creation.set_deflate(int(rng.integers(1, 10)))
        elif compression == "lzf":
            creation.set_filter(h5py.h5z.FILTER_LZF, h5py.h5z.FLAG_OPTIONAL)
        elif compression == "szip":
            creation.set_szip(h5py.h5z.SZIP_NN_OPTION_MASK, 8)
        if way.get("fletcher32"):
            creation.set_fletcher32()
        dataset = h5py.Dataset(h5py.h5d.create(
            file.id, b"layer", h5py.h5t.py_create(np.dtype(kind)), space, creation))
        is_whole = bool(rng.integers(4))
        if is_whole and rng.integers(2):
            dataset[...] = values
        else:
            # As it is appended: piece by piece, in any order, perhaps not to the end.
            pieces = np.array_split(np.arange(SAMPLES), rng.integers(1, 9))
            order = rng.permutation(len(pieces))
            for piece in order if is_whole else order[: len(order) // 2]:
                part = [slice(None)] * rank
                part[axis] = slice(int(pieces[piece][0]), int(pieces[piece][-1]) + 1)
                dataset[tuple(part)] = values[tuple(part)]
    with h5py.File(folder / f"{index}.h5") as file:
        read = file["layer"][...]
    np.moveaxis(read, axis, 0).astype("f8").tofile(folder / f"{index}.f8")
    return (f"{index} {axis} {int(is_whole)} {libver} {kind} {extents} of {most} in {chunk} "
            f"{way}").replace(", ", ",")


if __name__ == "__main__":
    folder, count, seed = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    lines = [layout(folder, index, np.random.default_rng([seed, index])) for index in range(count)]
    (folder / "layouts.txt").write_text("\n".join(lines) + "\n")
