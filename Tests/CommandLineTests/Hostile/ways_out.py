"""Writes FOLDER/ROLE-WAY.h5: a dataset of every role whose values would come from another file, in every
way the library has. That file holds the word SECRET77 and the number 777777 alone.

    python3 ways_out.py FOLDER
"""

import pathlib
import sys

import h5py
import numpy as np

folder = pathlib.Path(sys.argv[1]).resolve()
n = 24
WORD, NUMBER = b"SECRET77", 777777
for name, item in (("text", np.full(n, WORD)), ("number", np.full(n, NUMBER, "i8")), ("matrix", np.full((n, 4), float(NUMBER)))):
    (folder / f"{name}.raw").write_bytes(item.tobytes())
    with h5py.File(folder / "secret.hdf", "a") as f:
        f[name] = item


def storage(h, name, kind, shape, dtype):
    raw = str(folder / f"{kind}.raw")
    h.create_dataset(name, shape=shape, dtype=dtype, external=[(raw, 0, h5py.h5f.UNLIMITED)])



def link(h, name, kind, shape, dtype):
    h[name] = h5py.ExternalLink("secret.hdf", f"/{kind}")


def through_link(h, name, kind, shape, dtype):
    h[f"{name} door"] = h5py.ExternalLink("secret.hdf", "/")
    h[name] = h5py.SoftLink(f"/{name} door/{kind}")


def virtual(h, name, kind, shape, dtype, file="secret.hdf", source=None):
    layout = h5py.VirtualLayout(shape=shape, dtype=dtype)
    layout[...] = h5py.VirtualSource(file, source or kind, shape=shape)
    h.create_virtual_dataset(name, layout)


def nested(h, name, kind, shape, dtype):
    virtual(h, f"{name} inner", kind, shape, dtype)
    virtual(h, name, kind, shape, dtype, ".", f"{name} inner")


def virtual_link(h, name, kind, shape, dtype):
    link(h, f"{name} far", kind, shape, dtype)
    virtual(h, name, kind, shape, dtype, ".", f"{name} far")


def percent(h, name, kind, shape, dtype):
    """The library reads `p%b`, and a check of the name as it stands would look at `p%%b`."""
    h.create_dataset(f"{name} p%%b", data=np.zeros(shape, dtype))
    storage(h, f"{name} p%b", kind, shape, dtype)
    virtual(h, name, kind, shape, dtype, ".", f"{name} p%%b")


def printf(h, name, kind, shape, dtype):
    """The library reads `d0`, and a check of the name as it stands would look at `d%b`."""
    h.create_dataset(f"{name} d%b", data=np.zeros(shape, dtype))
    storage(h, f"{name} d0", kind, shape, dtype)
    endless = h5py.h5s.UNLIMITED
    rest = tuple(shape[1:])
    space = h5py.h5s.create_simple(shape, (endless,) + rest)
    space.select_hyperslab((0,) * len(shape), (endless,) + (1,) * len(rest), shape, shape)
    creation = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    creation.set_virtual(space, b".", f"/{name} d%b".encode(), h5py.h5s.create_simple(shape))
    h5py.h5d.create(h.id, name.encode(), h5py.h5t.py_create(np.dtype(dtype)), space, creation)


def later_printf(h, name, kind, shape, dtype):
    """The first block is sound, the second is not."""
    shape = (shape[0] // 2,) + tuple(shape[1:])
    printf(h, name, kind, shape, dtype)
    h.move(f"{name} d0", f"{name} d1")
    h.create_dataset(f"{name} d0", data=np.zeros(shape, dtype))


def committed(h, name, kind, shape, dtype):
    h[f"{name} type"] = np.dtype(dtype)
    h.create_dataset(name, data=np.zeros(shape, dtype), dtype=h[f"{name} type"])


def reference(h, name, kind, shape, dtype):
    link(h, f"{name} far", kind, shape, dtype)
    h.create_dataset(name, shape=shape, dtype=h5py.ref_dtype)[...] = h["inside"].ref


def region(h, name, kind, shape, dtype):
    h.create_dataset(name, shape=shape, dtype=h5py.regionref_dtype)[...] = h["inside"].regionref[:]


ways = [storage, link, through_link, virtual, nested, virtual_link, percent, printf, later_printf]
harmless = [committed, reference, region]
# The name of the dataset, what it holds, its shape and type.
roles = {
    "layer": ("layer1", "matrix", (n, 4), "f8"),
    "labels": ("labels", "text", (n,), "S8"),
    "categories": ("labels/categories", "text", (n,), "S8"),
    "ids": ("sample_ids", "text", (n,), "S8"),
    "split": ("split", "text", (n,), "S8"),
    "predictions": ("predictions", "text", (n,), "S8"),
    "count": ("count", "number", (1,), "i8"),
    "columns": ("block0_items", "text", (4,), "S8"),
    "temperature": ("temperature", "number", (1,), "i8"),
}
for role, (name, kind, shape, dtype) in roles.items():
    for way in ways + harmless:
        if way is later_printf and shape == (1,):
            continue
        for soft in (False, True):
            with h5py.File(folder / f"{role}-{way.__name__}{'-soft' * soft}.h5", "w", libver=("v110", "v110")) as h:
                h["inside"] = np.zeros(n)
                if role != "layer":
                    h["layer1"] = np.random.default_rng(0).normal(size=(n, 4))
                if role == "categories":
                    h["labels/codes"] = np.arange(n) % 3
                elif role != "labels":
                    h["labels"] = np.arange(n) % 3
                way(h, "elsewhere" if soft else name, kind, shape, dtype)
                if soft:
                    h[name] = h5py.SoftLink("/elsewhere")
