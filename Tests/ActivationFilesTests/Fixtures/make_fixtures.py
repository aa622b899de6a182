"""Writes the HDF5 files of this folder: python3 make_fixtures.py (needs h5py and numpy).

What Swift tests can write themselves is not here; these are files as h5py, with its own version
of the HDF5 library, writes them.
"""

import os
import pathlib
import subprocess
import sys

import h5py
import numpy as np

here = pathlib.Path(__file__).parent

# Six samples of four features: row × 4 + column − 5.
values = np.arange(24).reshape(6, 4) - 5
labels = np.array([0, 1, 2, 0, 1, 2])


def training_run():
    """Checkpoints as a training script leaves them, layers in the order of creation."""
    with h5py.File(here / "run.h5", "w", track_order=True) as file:
        file["labels"] = labels
        file["sample_ids"] = np.arange(100, 106)
        for epoch in (10, 0, 9):
            group = file.create_group(f"epoch_{epoch}", track_order=True)
            for name in ("stem", "layer2", "layer10", "layer1"):
                group.create_dataset(
                    name, data=(values + epoch).astype("f2"), chunks=(4, 4),
                    compression="gzip", shuffle=True)
            group["conv"] = np.arange(6 * 3 * 2 * 2, dtype="f4").reshape(6, 3, 2, 2)
            group["logits"] = values.astype(">f4")
            group["predictions"] = labels


def types():
    """The same values in every type and storage."""
    with h5py.File(here / "types.h5", "w") as file:
        file["labels"] = labels
        for code in "<f2 >f2 <f4 >f4 <f8 >f8 i1 <i2 >i2 <i4 >i4 <i8 >i8".split():
            name = code.replace("<", "").replace(">", "be_")
            file[name] = values.astype(code)
        for code in "u1 <u2 >u2 <u4 <u8 >u8".split():
            name = code.replace("<", "").replace(">", "be_")
            file[name] = np.abs(values).astype(code)
        file["bool"] = values > 0
        file["long_double"] = values.astype("g")
        # bfloat16 as a float type of its own: the upper half of a float32.
        kind = h5py.h5t.IEEE_F32LE.copy()
        kind.set_fields(15, 7, 8, 0, 7)
        kind.set_size(2)
        kind.set_ebias(127)
        bits = (values.astype("<f4").view("<u4") >> 16).astype("<u2")
        space = h5py.h5s.create_simple(values.shape)
        dataset = h5py.h5d.create(file.id, b"bfloat16", kind, space)
        dataset.write(h5py.h5s.ALL, h5py.h5s.ALL, np.ascontiguousarray(bits), mtype=kind)
        compact = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        compact.set_layout(h5py.h5d.COMPACT)
        dataset = h5py.h5d.create(file.id, b"compact", h5py.h5t.IEEE_F32LE, space, compact)
        dataset.write(h5py.h5s.ALL, h5py.h5s.ALL, values.astype("f4"))
        file.create_dataset("chunked", data=values.astype("f4"), chunks=(5, 3))
        file.create_dataset(
            "checked", data=values.astype("f4"), chunks=(2, 4), fletcher32=True,
            compression="gzip", shuffle=True)
        file.create_dataset("scaled", data=values.astype("i4"), chunks=(3, 4), scaleoffset=0)


def label_forms():
    """Labels in every form, each beside a layer of its own."""
    color = h5py.enum_dtype({"red": 3, "green": 7, "blue": 1}, basetype=">i4")
    forms = {
        "int8": labels.astype("i1"),
        "uint64_big_endian": labels.astype(">u8"),
        "column": labels.reshape(6, 1),
        "one_hot": np.eye(3, dtype="f4")[labels],
        "bool_one_hot": np.eye(3, dtype=bool)[labels],
        "float": labels.astype("f4"),
        "bool": labels > 0,
        "enum": np.array([3, 7, 1, 3, 7, 1], dtype=color),
        "fixed": np.array([b"cat", b"dog", b"x10", b"cat", b"dog", b"x10"]),
        "variable": np.array(["Käse", "x10", "x2"] * 2, dtype=h5py.string_dtype()),
        "not_whole": labels + 0.5,
        "not_one_hot": np.ones((6, 3), dtype="i4"),
        "too_large": labels.astype("u8") + np.uint64(2**63),
        "compound": np.zeros(6, dtype=[("a", "i4"), ("b", "f4")]),
        "no_member": np.array([3, 7, 1, 3, 7, 5], dtype=color),
    }
    for name, form in forms.items():
        with h5py.File(here / "labels" / f"{name}.h5", "w") as file:
            file["layer1"] = values.astype("f4")
            file["labels"] = form
    with h5py.File(here / "labels" / "unwritten_names.h5", "w") as file:
        file["layer1"] = values.astype("f4")
        names = file.create_dataset("labels", (6,), h5py.string_dtype(), chunks=(6,))
        names[:2] = ["a", "b"]


def refusals():
    """Datasets that no reader should take for activations."""
    with h5py.File(here / "refusals.h5", "w") as file:
        file["labels"] = labels
        file["fine"] = values.astype("f4")
        file["null"] = h5py.Empty("f4")
        file.create_dataset("unwritten", (6, 4), "f4")
        file.create_dataset("unwritten_chunks", (6, 4), "f4", chunks=(2, 4))
        file.create_dataset("no_rows", (0, 4), "f4")
        file.create_dataset("no_columns", (6, 0), "f4")
        file["complex"] = values.astype("c8")
        file["compound"] = np.zeros((6, 4), dtype=[("a", "i4"), ("b", "f4")])
        file["opaque"] = np.zeros((6, 4), dtype="V2")
        file["tokens"] = np.zeros((6, 5, 4), dtype="f4")
        file["axes"] = np.zeros((6, 2, 1, 1, 1, 1, 1, 1, 1), dtype="f4")
        file.create_dataset("lzf", data=np.zeros((64, 64), "f4")[:6], compression="lzf")
        file.create_dataset(
            "external", (6, 4), "f4", external=[("/etc/hostname", 0, h5py.h5f.UNLIMITED)])
        file["elsewhere"] = h5py.ExternalLink("other.h5", "/layer1")
        layout = h5py.VirtualLayout((6, 4), "f4")
        layout[:] = h5py.VirtualSource("other.h5", "layer1", shape=(6, 4))
        file.create_virtual_dataset("virtual", layout)
        file["nowhere"] = h5py.SoftLink("/no/such/thing")
        file["loop"] = h5py.SoftLink("/")
        file["scalar"] = 3.5
        file["curve"] = np.zeros(6)
        file["names"] = np.array([b"a", b"b"])
        file["attention_mask"] = np.ones((6, 4), dtype="i1")
        file["labels_axis"] = np.arange(6.0)
        file["labels_axis"].make_scale("samples")


def weights():
    """The weights of a Keras model."""
    with h5py.File(here / "weights.h5", "w") as file:
        group = file.create_group("model_weights/dense/dense")
        group["kernel:0"] = np.zeros((4, 3), "f4")
        group["bias:0"] = np.zeros(3, "f4")


def newer_format():
    """A file that only newer libraries than 1.10 can read."""
    with h5py.File(here / "newer.h5", "w", libver="latest") as file:
        file["labels"] = labels
        file.create_dataset("layer1", data=values.astype("f4"), chunks=(3, 4))


def newer_layout():
    """What h5py from 3.15 (HDF5 2.0) writes with libver="latest" and gzip: only that reads it."""
    with h5py.File(here / "newer_layout.h5", "w", libver="latest") as file:
        file["labels"] = labels
        file.create_dataset("layer1", data=values.astype("f4"), chunks=(3, 4), compression="gzip")


def chunk_indexes():
    """Each way to find chunks, with the extensible axis first, in the middle or last."""
    numbers = np.arange(6 * 4 * 5, dtype="f4").reshape(6, 4, 5)
    ways = {"fixed": None, "first": 0, "middle": 1, "last": 2, "two": (0, 2)}
    for libver in ("earliest", "v110"):
        with h5py.File(here / f"chunks_{libver}.h5", "w", libver=(libver, "v110")) as file:
            file["labels"] = labels
            for name, axes in ways.items():
                open_axes = np.atleast_1d([] if axes is None else axes)
                most = tuple(None if axis in open_axes else n for axis, n in enumerate(numbers.shape))
                for filters in ({}, {"compression": "gzip", "shuffle": True, "fletcher32": True}):
                    file.create_dataset(
                        name + ("_gzip" if filters else ""), data=numbers, chunks=(4, 3, 2),
                        maxshape=None if axes is None else most, **filters)
            file.create_dataset("single", data=numbers, chunks=numbers.shape, compression="lzf")


def left_open():
    """A file whose writer died."""
    program = (
        "import h5py, numpy, os\n"
        f"file = h5py.File({str(here / 'left-open.h5')!r}, 'w', libver=('v110', 'v110'))\n"
        "file['layer1'] = numpy.zeros((6, 4))\n"
        "file.flush()\n"
        "os._exit(0)\n")
    subprocess.run([sys.executable, "-c", program], check=True)


def arrays():
    """Labels outside of HDF5."""
    folder = here / "labels"
    np.save(folder / "int32.npy", labels.astype(">i4"))
    np.save(folder / "uint8.npy", labels.astype("u1"))
    np.save(folder / "float.npy", labels.astype("f8"))
    np.save(folder / "half_float.npy", labels.astype("f2"))
    np.save(folder / "names.npy", np.array(["Käse", "x10", "x2"] * 2))
    np.save(folder / "bytes.npy", np.array([b"a", b"bb", b"c"] * 2))
    np.save(folder / "matrix.npy", values)
    (folder / "table.csv").write_text(
        'id,class,"a, ""b"""\r\n1,cat,0\r\n2,dog,1\r\n3,"x\n10",2\r\n4,cat,0\r\n5,dog,1\r\n6,cat,2\r\n')


os.makedirs(here / "labels", exist_ok=True)
for make in (
    training_run, types, label_forms, refusals, weights, newer_format, newer_layout, chunk_indexes,
    left_open, arrays
):
    make()
