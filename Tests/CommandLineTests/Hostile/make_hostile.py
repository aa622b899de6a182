"""Writes small sound HDF5 files, and `patches.txt`: how each is made hostile.

    python3 -m venv venv && venv/bin/pip install h5py numpy
    venv/bin/python make_hostile.py

A line of `patches.txt` is a name, a file, and bytes by their place in it. `HostileFileTests` applies
them, makes the checksums of the newer format right again, and runs the command. The cases are the
classes of the published malformed files of the HDF5 library: cycles and wild counts in B-trees,
symbol tables, heaps and header messages, filter pipelines with wild parameters, links and values
that lead elsewhere, attributes and types of impossible size, shared messages, free space, caches.
"""

import ctypes
import pathlib
import re
import struct

import h5py
import numpy as np

here = pathlib.Path(__file__).parent
NONE = 2**64 - 1
BIG = 2**63 - 1
rows = 12
values = np.arange(rows * 4, dtype="f4").reshape(rows, 4) / 7
labels = np.arange(rows) % 3
lines = []


class Layout:
    """Where the structures of a file are."""

    def __init__(self, name):
        self.name = name
        self.bytes = (here / name).read_bytes()
        self.objects = {}
        with h5py.File(here / name) as f:
            # Every hard link, without following what leads elsewhere.
            def walk(group, path):
                for key in group:
                    if group.get(key, getlink=True).__class__ is not h5py.HardLink:
                        continue
                    info = h5py.h5o.get_info(group.id, key.encode())
                    if info.addr in self.objects.values():
                        continue
                    self.objects[path + key] = info.addr
                    if info.type == h5py.h5o.TYPE_GROUP:
                        walk(group[key], path + key + "/")

            self.objects["/"] = h5py.h5o.get_info(f.id).addr
            walk(f, "/")

    def number(self, place, width):
        return int.from_bytes(self.bytes[place : place + width], "little")

    def find(self, signature, nth=0):
        places = [m.start() for m in re.finditer(signature.encode(), self.bytes)]
        return places[nth]

    def messages(self, path):
        """The header messages of an object: kind, place of the data, size, place of the message."""
        start = self.objects[path]
        found = []
        if self.bytes[start : start + 4] == b"OHDR":
            flags = self.bytes[start + 5]
            place = start + 6 + (16 if flags & 0x20 else 0) + (4 if flags & 0x10 else 0)
            width = 1 << (flags & 3)
            size, place = self.number(place, width), place + width
            blocks = [(place, place + size)]
            head = 6 if flags & 4 else 4
            while blocks:
                place, end = blocks.pop(0)
                while place + head <= end:
                    kind, size = self.bytes[place], self.number(place + 1, 2)
                    data = place + head
                    found.append((kind, data, size, place))
                    if kind == 0x10:
                        other = self.number(data, 8)
                        blocks.append((other + 4, other + self.number(data + 8, 8) - 4))
                    place = data + size
        else:
            blocks = [(start + 16, start + 16 + self.number(start + 8, 4))]
            while blocks:
                place, end = blocks.pop(0)
                while place + 8 <= end:
                    kind, size = self.number(place, 2), self.number(place + 2, 2)
                    found.append((kind, place + 8, size, place))
                    if kind == 0x10:
                        other = self.number(place + 8, 8)
                        blocks.append((other, other + self.number(place + 16, 8)))
                    place += 8 + size
        return found

    def message(self, path, kind, nth=0):
        return [m[1:] for m in self.messages(path) if m[0] == kind][nth]

    def data(self, path, kind, nth=0):
        return self.message(path, kind, nth)[0]

    def case(self, name, *patches):
        """Patches are (place, width, number) or (place, bytes)."""
        texts = []
        for patch in patches:
            place, new = patch[0], patch[1]
            if len(patch) == 3:
                new = (patch[2] % 2 ** (8 * patch[1])).to_bytes(patch[1], "little")
            assert 0 <= place and place + len(new) <= len(self.bytes), name
            texts.append(f"{place}:{new.hex()}")
        lines.append(f"{name} {self.name} {' '.join(texts)}")


# The library h5py itself uses, for what h5py has no words for.
library = ctypes.CDLL(next(iter(pathlib.Path(h5py.__file__).parent.parent.glob("h5py.libs/libhdf5-*"))))


def earliest():
    name = "earliest.h5"
    with h5py.File(here / name, "w", libver="earliest") as f:
        f["labels"] = labels
        f["layer1"] = values
        f.create_dataset("chunked", data=values, chunks=(4, 4))
        f.create_dataset("gzip", data=np.tile(values, (1, 4)), chunks=(6, 16), compression="gzip", shuffle=True)
        f.create_dataset("fletcher", data=values, chunks=(12, 4), fletcher32=True)
        f.create_dataset("scaled", data=(values * 7).astype("i4"), chunks=(12, 4), scaleoffset=0)
        f.create_dataset("szip", data=np.tile(values, (1, 4)), chunks=(12, 16), compression="szip")
        packed = h5py.h5t.IEEE_F32LE.copy()
        packed.set_fields(19, 14, 5, 4, 10)
        packed.set_precision(20)
        packed.set_ebias(15)
        nbit = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        nbit.set_chunk((12, 4))
        nbit.set_filter(h5py.h5z.FILTER_NBIT, 0, ())
        dataset = h5py.h5d.create(f.id, b"nbit", packed, h5py.h5s.create_simple((rows, 4)), nbit)
        dataset.write(h5py.h5s.ALL, h5py.h5s.ALL, values)
        compact = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        compact.set_layout(h5py.h5d.COMPACT)
        dataset = h5py.h5d.create(
            f.id, b"compact", h5py.h5t.IEEE_F32LE, h5py.h5s.create_simple((rows, 4)), compact)
        dataset.write(h5py.h5s.ALL, h5py.h5s.ALL, values)
        f["layer1"].attrs["note"] = "plain"
        f.attrs["layer_names"] = np.array(["layer1", "chunked"], dtype=h5py.string_dtype())
        f["inner/deep"] = values
        f["soft"] = h5py.SoftLink("/inner")
    earliest_patches(Layout(name))


def earliest_patches(f):
    root = f.number(80, 8)  # the B-tree of the root group, and its heap
    heap = f.number(88, 8)
    table = f.find("SNOD")
    # Superblock.
    f.case("superblock-offset-size-0", (13, 1, 0))
    f.case("superblock-offset-size-255", (13, 1, 255))
    f.case("superblock-length-size-2", (14, 1, 2))
    f.case("superblock-leaf-k-0", (16, 2, 0))
    f.case("superblock-leaf-k-huge", (16, 2, 65535))
    f.case("superblock-internal-k-0", (18, 2, 0))
    f.case("superblock-base-address", (24, 8, 4096))
    f.case("superblock-end-of-file-huge", (40, 8, BIG))
    f.case("superblock-end-of-file-0", (40, 8, 0))
    f.case("superblock-driver-block", (48, 8, 96))
    f.case("superblock-root-is-superblock", (64, 8, 0))
    f.case("superblock-root-outside", (64, 8, BIG))
    # Groups of the older format: B-tree, table of symbols, heap of names.
    f.case("group-tree-child-is-itself", (root + 5, 1, 1), (root + 32, 8, root))
    f.case("group-tree-level-255", (root + 5, 1, 255))
    f.case("group-tree-sibling-is-itself", (root + 8, 8, root), (root + 16, 8, root))
    f.case("group-tree-count-65535", (root + 6, 2, 65535))
    f.case("group-tree-child-outside", (root + 32, 8, BIG))
    f.case("group-tree-child-is-superblock", (root + 32, 8, 0))
    f.case("group-tree-is-of-chunks", (root + 4, 1, 1))
    f.case("symbols-count-65535", (table + 6, 2, 65535))
    f.case("symbols-count-0", (table + 6, 2, 0))
    f.case("symbols-name-outside", (table + 8, 8, 2**40))
    f.case("symbols-header-is-table", (table + 16, 8, table))
    f.case("symbols-cache-type-wild", (table + 24, 4, 77))
    f.case("symbols-soft-link-outside", (table + 24, 4, 2), (table + 32, 4, 2**31))
    f.case("names-size-huge", (heap + 8, 8, BIG))
    f.case("names-free-list-outside", (heap + 16, 8, 2**33))
    segment = f.number(heap + 24, 8)
    free = f.number(heap + 16, 8)
    f.case("names-free-list-is-itself", (segment + free, 8, free))
    f.case("names-free-block-huge", (segment + free + 8, 8, BIG))
    f.case("names-segment-outside", (heap + 24, 8, BIG))
    f.case("names-segment-is-heap", (heap + 24, 8, heap))
    f.case("names-without-end", (segment, b"\x41" * min(free, 64)))
    f.case("hard-link-to-its-own-group", (table + 16, 8, f.objects["/"]), (table + 24, 4, 0))
    # Headers of objects.
    first = f.objects["/layer1"]
    f.case("header-count-65535", (first + 2, 2, 65535))
    f.case("header-size-huge", (first + 8, 4, 2**32 - 1))
    f.case("header-version-77", (first, 1, 77))
    f.case("header-references-0", (first + 4, 4, 0))
    space, size, message = f.message("/layer1", 1)
    f.case("message-size-65535", (message + 2, 2, 65535))
    f.case("message-size-0", (message + 2, 2, 0))
    f.case("message-unknown", (message, 2, 0x7777), (message + 4, 1, 0x80))
    f.case("message-is-shared-with-itself", (message + 4, 1, 2), (space, b"\x02\x00" + struct.pack("<Q", first)))
    f.case("continuation-is-itself", (message, 2, 0x10), (space, 8, message), (space + 8, 8, 24))
    f.case("continuation-is-header", (message, 2, 0x10), (space, 8, first), (space + 8, 8, 256))
    f.case("continuation-huge", (message, 2, 0x10), (space, 8, first + 16), (space + 8, 8, BIG))
    f.case("continuation-outside", (message, 2, 0x10), (space, 8, BIG), (space + 8, 8, 64))
    # Dataspaces.
    f.case("space-rank-255", (space + 1, 1, 255))
    f.case("space-rank-33", (space + 1, 1, 33))
    f.case("space-huge", (space + 8, 8, BIG))
    f.case("space-overflows-to-0", (space + 8, 8, 2**32), (space + 16, 8, 2**32))
    f.case("space-overflows", (space + 8, 8, 2**62), (space + 16, 8, 3))
    f.case("space-version-77", (space, 1, 77))
    chunked = f.data("/chunked", 1)
    f.case("space-of-chunks-huge", (chunked + 8, 8, 2**24), (chunked + 24, 8, NONE))
    f.case("space-of-chunks-wide", (chunked + 16, 8, 2**22), (chunked + 32, 8, NONE))
    f.case("space-of-chunks-rows-unwritten", (chunked + 8, 8, 4096), (chunked + 24, 8, NONE))
    f.case("space-of-gzip-huge", (f.data("/gzip", 1) + 8, 8, 2**23), (f.data("/gzip", 1) + 24, 8, NONE))
    scaled = f.data("/scaled", 1)
    f.case("space-of-scaled-huge", (scaled + 8, 8, 2**24), (scaled + 24, 8, NONE))
    # Types.
    kind = f.data("/layer1", 3)
    f.case("type-class-15", (kind, 1, 0x1F))
    f.case("type-version-0", (kind, 1, 0x01))
    f.case("type-size-0", (kind + 4, 4, 0))
    f.case("type-size-huge", (kind + 4, 4, 2**31))
    f.case("type-precision-huge", (kind + 10, 2, 65535))
    f.case("type-offset-huge", (kind + 8, 2, 65535))
    f.case("type-exponent-outside", (kind + 12, 4, 0xFFFFFFFF))
    f.case("type-sign-outside", (kind + 2, 1, 255))
    f.case("type-is-compound-of-65535", (kind, 4, 0xFFFF16))
    f.case("type-is-array-of-255", (kind, 8, 0x00000004_0000002A), (kind + 8, 1, 255))
    f.case("type-is-enum-of-65535", (kind, 4, 0xFFFF18))
    f.case("type-is-variable-length", (kind, 4, 0x000019))
    f.case("type-is-variable-string", (kind, 4, 0x000119), (kind + 4, 4, 16))
    f.case("type-is-opaque-tag", (kind, 4, 0x0000FF15))
    f.case("type-is-reference", (kind, 4, 0x000017))
    nbit = f.data("/nbit", 3)
    f.case("type-of-packed-precision-0", (nbit + 10, 2, 0))
    f.case("type-of-packed-mantissa-huge", (nbit + 15, 1, 255))
    # Layouts.
    layout = f.data("/chunked", 8)
    f.case("layout-version-200", (layout, 1, 200))
    f.case("layout-class-9", (layout + 1, 1, 9))
    f.case("layout-chunk-rank-33", (layout + 2, 1, 33))
    f.case("layout-chunk-rank-255", (layout + 2, 1, 255))
    f.case("layout-chunk-rank-1", (layout + 2, 1, 1))
    f.case("layout-chunk-extent-0", (layout + 11, 4, 0))
    f.case("layout-chunk-extents-0", (layout + 11, 12, 0))
    f.case("layout-chunk-huge", (layout + 11, 4, 2**32 - 1), (layout + 15, 4, 2**32 - 1))
    f.case("layout-chunk-of-a-gigabyte", (layout + 11, 4, 2**26))
    f.case("layout-chunk-element-size", (layout + 19, 4, 2**20))
    tree = f.number(layout + 3, 8)
    f.case("chunk-tree-is-itself", (tree + 5, 1, 1), (tree + 56, 8, tree))
    f.case("chunk-tree-sibling-is-itself", (tree + 8, 8, tree), (tree + 16, 8, tree))
    f.case("chunk-tree-count-65535", (tree + 6, 2, 65535))
    f.case("chunk-tree-level-200", (tree + 5, 1, 200))
    f.case("chunk-tree-outside", (layout + 3, 8, BIG))
    f.case("chunk-tree-is-superblock", (layout + 3, 8, 0))
    f.case("chunk-tree-is-of-groups", (tree + 4, 1, 0))
    f.case("chunk-size-huge", (tree + 24, 4, 2**32 - 1))
    f.case("chunk-size-0", (tree + 24, 4, 0))
    f.case("chunk-size-short", (tree + 24, 4, 5))
    f.case("chunk-place-outside", (tree + 56, 8, BIG))
    f.case("chunk-offset-wild", (tree + 32, 8, BIG))
    f.case("chunk-mask", (tree + 28, 4, 2**32 - 1))
    plain = f.data("/layer1", 8)
    f.case("contiguous-outside", (plain + 2, 8, BIG))
    f.case("contiguous-past-the-end", (plain + 2, 8, len(f.bytes) - 8))
    f.case("contiguous-size-huge", (plain + 10, 8, BIG))
    f.case("contiguous-unwritten", (plain + 2, 8, NONE))
    f.case("compact-size-65535", (f.data("/compact", 8) + 2, 2, 65535))
    f.case("compact-size-0", (f.data("/compact", 8) + 2, 2, 0))
    # Filters.
    gzip = f.data("/gzip", 11)
    f.case("filters-255", (gzip + 1, 1, 255))
    f.case("filters-0", (gzip + 1, 1, 0))
    f.case("filter-unknown", (gzip + 8, 2, 31999))
    f.case("filter-name-huge", (gzip + 10, 2, 65535))
    f.case("filter-values-65535", (gzip + 14, 2, 65535))
    f.case("filter-shuffle-of-0", (gzip + 24, 4, 0))
    f.case("filter-shuffle-of-huge", (gzip + 24, 4, 2**31))
    stored = f.number(f.number(f.data("/gzip", 8) + 3, 8) + 56, 8)
    f.case("filter-gzip-noise", (stored, b"\xff" * 24))
    f.case("filter-gzip-ends-short", (stored, bytes.fromhex("789c030000000001")))
    bomb = f.number(f.data("/gzip", 8) + 3, 8)
    f.case("filter-gzip-size-huge", (bomb + 24, 4, 2**30))
    fletcher = f.number(f.data("/fletcher", 8) + 3, 8)
    f.case("filter-checksum-of-2-bytes", (fletcher + 24, 4, 2))
    f.case("filter-checksum-wrong", (f.number(fletcher + 56, 8), 4, 77))
    for name, kind, count in (("nbit", "/nbit", 8), ("scale", "/scaled", 20), ("szip", "/szip", 4)):
        message, size, _ = f.message(kind, 11)
        f.case(f"filter-{name}-values-65535", (message + 14, 2, 65535))
        first = message + 16 + (f.number(message + 10, 2) + 7) // 8 * 8
        for index in range(min(count, (message + size - first) // 4)):
            for value in (0, 2**31 - 1):
                f.case(f"filter-{name}-value-{index}-{value and 'huge'}", (first + 4 * index, 4, value))
        data = f.number(f.number(f.data(kind, 8) + 3, 8) + 56, 8)
        f.case(f"filter-{name}-noise", (data, b"\xff" * 20))
        f.case(f"filter-{name}-zeros", (data, bytes(20)))
        f.case(f"filter-{name}-short", (f.number(f.data(kind, 8) + 3, 8) + 24, 4, 3))
    # Fill values and attributes.
    fill, size, _ = f.message("/chunked", 5)
    f.case("fill-size-huge", (fill, b"\x02\x02\x02\x01" + struct.pack("<I", 2**31 - 1)))
    f.case("fill-size-negative", (fill, b"\x02\x02\x02\x01" + struct.pack("<i", -2)))
    note, size, _ = f.message("/layer1", 12)
    f.case("attribute-name-huge", (note + 2, 2, 65535))
    f.case("attribute-name-0", (note + 2, 2, 0))
    f.case("attribute-type-huge", (note + 4, 2, 65535))
    f.case("attribute-space-huge", (note + 6, 2, 65535))
    f.case("attribute-version-77", (note, 1, 77))
    names, size, _ = f.message("/", 12)
    kind = names + 8 + (f.number(names + 2, 2) + 7) // 8 * 8
    extent = kind + (f.number(names + 4, 2) + 7) // 8 * 8
    f.case("attribute-of-2-to-the-60", (extent + 8, 8, 2**60))
    f.case("attribute-of-100000", (extent + 8, 8, 100_000), (extent + 16, 8, 100_000))
    f.case("attribute-element-size-huge", (kind + 4, 4, 2**31))
    value = extent + (f.number(names + 6, 2) + 7) // 8 * 8
    heap = f.find("GCOL")
    f.case("text-length-huge", (value, 4, 2**31))
    f.case("text-heap-outside", (value + 4, 8, BIG))
    f.case("text-heap-is-superblock", (value + 4, 8, 0))
    f.case("text-index-outside", (value + 12, 4, 2**31))
    f.case("text-index-0", (value + 12, 4, 0))
    f.case("heap-size-0", (heap + 8, 8, 0))
    f.case("heap-size-huge", (heap + 8, 8, BIG))
    f.case("heap-object-size-0", (heap + 24, 8, 0))
    f.case("heap-object-size-huge", (heap + 24, 8, BIG))
    f.case("heap-object-index-65535", (heap + 16, 2, 65535))
    f.case("heap-free-object-huge", (heap + 16, 2, 0), (heap + 24, 8, BIG - 16))


def latest():
    name = "latest.h5"
    with h5py.File(here / name, "w", libver=("v110", "v110"), track_order=True) as f:
        f["labels"] = labels
        f["layer1"] = values
        f.create_dataset("fixed", data=values, chunks=(4, 4))
        f.create_dataset("growing", data=values, chunks=(2, 4), maxshape=(None, 4))
        f.create_dataset("growing_twice", data=values, chunks=(4, 2), maxshape=(None, None))
        f.create_dataset("single", data=values, chunks=(12, 4), compression="gzip")
        for index in range(12):
            f["layer1"].attrs[f"note_{index}"] = np.arange(8)
        dense = f.create_group("dense", track_order=True)
        for index in range(10):
            dense[f"a_link_with_a_long_name_{index}"] = h5py.SoftLink(f"/layer{index}")
        f["few/values"] = values
        f["few/soft"] = h5py.SoftLink("/layer1")
        f["committed"] = np.dtype("f4")
        f.create_dataset("of_committed", data=values, dtype=f["committed"])
    latest_patches(Layout(name))


def latest_patches(f):
    f.case("newer-superblock-extension-is-itself", (20, 8, 0))
    f.case("newer-superblock-extension-is-root", (20, 8, f.objects["/"]))
    f.case("newer-superblock-root-outside", (36, 8, BIG))
    f.case("newer-superblock-offset-size-255", (9, 1, 255))
    first = f.objects["/layer1"]
    f.case("newer-header-flags", (first + 5, 1, 0xFF))
    space, size, message = f.message("/layer1", 1)
    f.case("newer-message-size-65535", (message + 1, 2, 65535))
    f.case("newer-space-rank-255", (space + 1, 1, 255))
    f.case("newer-space-type-9", (space + 3, 1, 9))
    link, size, message = f.message("/few", 6)
    f.case("newer-link-name-huge", (link, b"\x01\x1b" + b"\xff" * 8))
    f.case("newer-link-of-a-user", (link + 1, 1, f.bytes[link + 1] | 8), (link + 2, 1, 200))
    f.case("newer-link-flags", (link + 1, 1, 0xFF))
    f.case("newer-link-soft-without-end", (link + 1, 1, f.bytes[link + 1] | 8), (link + 2, 1, 1))
    f.case("newer-link-version-77", (link, 1, 77))
    info, size, _ = f.message("/dense", 2)
    f.case("newer-links-heap-outside", (info + 10, 8, BIG))
    f.case("newer-links-tree-is-heap", (info + 18, 8, f.number(info + 10, 8)))
    f.case("newer-links-heap-is-tree", (info + 10, 8, f.number(info + 18, 8)))
    kind, size, message = f.message("/of_committed", 3)
    f.case("newer-committed-type-is-the-dataset", (kind + 2, 8, f.objects["/of_committed"]))
    f.case("newer-committed-type-is-a-group", (kind + 2, 8, f.objects["/dense"]))
    f.case("newer-committed-type-outside", (kind + 2, 8, BIG))
    f.case("newer-committed-kind-77", (kind + 1, 1, 77))
    own, size, message = f.message("/committed", 3)
    head = 4
    f.case("newer-committed-type-is-itself", (message + 3, 1, 2), (own, b"\x03\x02" + struct.pack("<Q", f.objects["/committed"])))
    for nth in range(2):  # of links, and of attributes
        heap = f.find("FRHP", nth)
        what = ("attributes", "links")[nth]
        for field, place, width, wild in (
            ("id-length", 5, 2, (0, 65535)), ("filters", 7, 2, (65535,)), ("flags", 9, 1, (255,)),
            ("largest-object", 10, 4, (0, 2**32 - 1)), ("huge-tree", 22, 8, (heap, BIG)),
            ("free-space", 38, 8, (heap, BIG)), ("count", 70, 8, (BIG,)), ("width", 110, 2, (0, 3, 65535)),
            ("first-block", 112, 8, (0, 3, BIG)), ("largest-block", 120, 8, (0, 1, BIG)),
            ("bits", 128, 2, (0, 65535)), ("first-rows", 130, 2, (65535,)), ("root", 132, 8, (heap, 0, BIG)),
            ("rows", 140, 2, (1, 65535)),
        ):
            for value in wild:
                f.case(f"newer-heap-of-{what}-{field}-{value if value < 2**33 else 'outside'}", (heap + place, width, value))
    for nth in range(len(re.findall(b"BTHD", f.bytes))):
        tree = f.find("BTHD", nth)
        for field, place, width, wild in (
            ("kind", 5, 1, (0, 255)), ("node-size", 6, 4, (0, 1, 2**32 - 1)), ("record-size", 10, 2, (0, 65535)),
            ("depth", 12, 2, (1, 65535)), ("split", 14, 1, (0,)), ("root", 16, 8, (tree, BIG)),
            ("root-count", 24, 2, (0, 65535)), ("count", 26, 8, (BIG,)),
        ):
            for value in wild:
                f.case(f"newer-tree-{nth}-{field}-{value if value < 2**33 else 'outside'}", (tree + place, width, value))
    for name, signature, fields in (
        ("fixed-array", "FAHD", (("client", 5, 1), ("element-size", 6, 1), ("page-bits", 7, 1), ("count", 8, 8), ("block", 16, 8))),
        ("growing-array", "EAHD", (("client", 5, 1), ("element-size", 6, 1), ("bits", 7, 1), ("elements", 8, 1),
                                   ("least-block", 9, 1), ("least-pointers", 10, 1), ("page-bits", 11, 1),
                                   ("blocks", 12, 8), ("count", 28, 8), ("index", 60, 8))),
    ):
        place = f.find(signature)
        for field, offset, width in fields:
            for value in (0, 2 ** (8 * width) // 2 - 1, 2 ** (8 * width) - 1):
                f.case(f"newer-{name}-{field}-{('0', 'half', 'full')[0 if value == 0 else 1 + (value > 2 ** (8 * width) // 2)]}", (place + offset, width, value))
    for name in ("fixed", "growing", "growing_twice", "single"):
        layout, size, _ = f.message("/" + name, 8)
        label = name.replace("_", "-")
        f.case(f"newer-layout-{label}-flags", (layout + 2, 1, 0xFF))
        f.case(f"newer-layout-{label}-rank", (layout + 3, 1, 255))
        f.case(f"newer-layout-{label}-width-of-extents", (layout + 4, 1, 255))
        f.case(f"newer-layout-{label}-extent-0", (layout + 5, 1, 0))
        f.case(f"newer-layout-{label}-index-9", (layout + 8, 1, 9))
        for other in range(1, 6):
            f.case(f"newer-layout-{label}-index-as-{other}", (layout + 8, 1, other))
        space = f.data("/" + name, 1)
        f.case(f"newer-space-{label}-huge", (space + 4, 8, 2**24), *(((space + 20, 8, NONE),) if f.bytes[space + 2] & 1 else ()))


def elsewhere():
    """Values and links that lead out of the file, or round in circles."""
    name = "elsewhere.h5"
    with h5py.File(here / name, "w") as f:
        f["labels"], f["here"] = labels, values
        f["one"], f["two"] = h5py.SoftLink("/two"), h5py.SoftLink("/one")
        f["itself"] = h5py.SoftLink("/itself")
        f["up"] = h5py.SoftLink("/inner/" * 400)
        f["inner/here"] = values
        f["inner/around"] = f["inner"]
        f["inner/root"] = f["/"]
        f["outside"] = h5py.ExternalLink("/etc/passwd", "/")
        f["own"] = h5py.ExternalLink("elsewhere.h5", "/own")
        f.create_dataset("raw", (rows, 4), "u1", external=[("/etc/passwd", 0, rows * 4)])
        layout = h5py.VirtualLayout((rows, 4), "f4")
        layout[:] = h5py.VirtualSource("../../../etc/hosts", "here", shape=(rows, 4))
        f.create_virtual_dataset("virtual", layout)
        layout = h5py.VirtualLayout((rows, 4), "f4")
        layout[:] = h5py.VirtualSource(".", "circle", shape=(rows, 4))
        f.create_virtual_dataset("circle", layout)
        f.create_dataset("refers", data=np.array([f["inner"].ref] * rows, dtype=h5py.ref_dtype))
        f["here"].attrs["DIMENSION_LIST"] = np.array([f["inner"].ref], dtype=h5py.ref_dtype)
    f = Layout(name)
    f.case("elsewhere")
    heap = f.find("GCOL")
    f.case("virtual-heap-size-0", (heap + 8, 8, 0))
    f.case("virtual-object-size-huge", (heap + 24, 8, BIG))
    f.case("virtual-object-noise", (heap + 32, b"\xff" * 24))
    f.case("virtual-mappings-huge", (heap + 33, 8, BIG))
    layout = f.data("/virtual", 8)
    f.case("virtual-heap-outside", (layout + 2, 8, BIG))
    f.case("virtual-index-outside", (layout + 10, 4, 2**31))
    external = f.data("/raw", 7)
    f.case("external-heap-outside", (external + 8, 8, BIG))
    f.case("external-count-65535", (external + 6, 2, 65535))
    f.case("external-name-outside", (external + 16, 8, 2**40))
    f.case("external-size-huge", (external + 32, 8, BIG))
    place = f.number(f.data("/refers", 8) + 2, 8)
    f.case("references-outside", (place, 8, BIG))


def rare():
    """Free space that is kept, shared messages, and a cache kept in the file."""
    with h5py.File(here / "free-space.h5", "w", libver=("v110", "v110"), fs_strategy="fsm", fs_persist=True) as f:
        f["labels"], f["layer1"] = labels, values
        f["gone"], f["kept"], f["lost"] = values, values, values
        del f["gone"], f["lost"]
    f = Layout("free-space.h5")
    extension = f.number(20, 8)
    f.objects["extension"] = extension
    info = f.data("extension", 0x17)
    f.case("free-space-strategy-255", (info + 1, 1, 255))
    f.case("free-space-page-size-0", (info + 11, 8, 0))
    f.case("free-space-page-size-huge", (info + 11, 8, BIG))
    for index in range(12):
        place = info + 29 + 8 * index
        if place + 8 <= info + f.message("extension", 0x17)[1]:
            f.case(f"free-space-manager-{index}-outside", (place, 8, BIG))
            f.case(f"free-space-manager-{index}-is-superblock", (place, 8, 0))
    for nth in range(len(re.findall(b"FSHD", f.bytes))):
        header = f.find("FSHD", nth)
        for field, place, width in (("client", 5, 1), ("space", 6, 8), ("sections", 14, 8), ("classes", 38, 2),
                                    ("bits", 44, 2), ("largest", 46, 8), ("list", 54, 8), ("used", 62, 8)):
            f.case(f"free-space-{nth}-{field}-full", (header + place, width, 2 ** (8 * width) - 2))
            f.case(f"free-space-{nth}-{field}-0", (header + place, width, 0))

    creation = h5py.h5p.create(h5py.h5p.FILE_CREATE)
    library.H5Pset_shared_mesg_nindexes.argtypes = [ctypes.c_int64, ctypes.c_uint]
    library.H5Pset_shared_mesg_index.argtypes = [ctypes.c_int64] + [ctypes.c_uint] * 3
    assert library.H5Pset_shared_mesg_nindexes(creation.id, 1) >= 0
    assert library.H5Pset_shared_mesg_index(creation.id, 0, 0x1F, 4) >= 0
    access = h5py.h5p.create(h5py.h5p.FILE_ACCESS)
    access.set_libver_bounds(h5py.h5f.LIBVER_V110, h5py.h5f.LIBVER_V110)
    path = str(here / "shared.h5").encode()
    with h5py.File(h5py.h5f.create(path, h5py.h5f.ACC_TRUNC, creation, access)) as f:
        f["labels"] = labels
        for index in range(4):
            f[f"layer{index}"] = values
            f[f"layer{index}"].attrs["note"] = "the same for all"
    f = Layout("shared.h5")
    table = f.find("SMTB")
    for field, place, width in (("version", 4, 1), ("kind", 5, 1), ("messages", 6, 2), ("least", 8, 4), ("list", 12, 2),
                                ("tree", 14, 2), ("count", 16, 2), ("index", 18, 8), ("heap", 26, 8)):
        f.case(f"shared-table-{field}-full", (table + place, width, 2 ** (8 * width) - 2))
        f.case(f"shared-table-{field}-0", (table + place, width, 0))
    heap = f.find("FRHP")
    f.case("shared-heap-root-is-itself", (heap + 132, 8, heap))
    f.case("shared-heap-id-length", (heap + 5, 2, 65535))
    f.objects["extension"] = f.number(20, 8)
    message = f.data("extension", 0x0F)
    f.case("shared-table-outside", (message + 1, 8, BIG))
    f.case("shared-indexes-255", (message + 9, 1, 255))
    for path in ("/layer0",):
        for kind, data, size, place in f.messages(path):
            flags = place + 3
            if f.bytes[flags] & 2:
                f.case(f"shared-message-{kind}-id-wild", (data + 2, b"\xff" * 8))
                f.case(f"shared-message-{kind}-kind-2", (data + 1, 1, 2))

    class Image(ctypes.Structure):
        _fields_ = [("version", ctypes.c_int), ("generate", ctypes.c_bool), ("resize", ctypes.c_bool), ("age", ctypes.c_int)]

    access = h5py.h5p.create(h5py.h5p.FILE_ACCESS)
    access.set_libver_bounds(h5py.h5f.LIBVER_V110, h5py.h5f.LIBVER_V110)
    library.H5Pset_mdc_image_config.argtypes = [ctypes.c_int64, ctypes.c_void_p]
    image = Image(1, True, False, -1)
    assert library.H5Pset_mdc_image_config(access.id, ctypes.byref(image)) >= 0
    path = str(here / "cache-image.h5").encode()
    with h5py.File(h5py.h5f.create(path, h5py.h5f.ACC_TRUNC, None, access)) as f:
        f["labels"], f["layer1"] = labels, values
    f = Layout("cache-image.h5")
    f.objects["extension"] = f.number(20, 8)
    message = f.data("extension", 0x18)
    block = f.number(message + 1, 8)
    f.case("cache-image-outside", (message + 1, 8, BIG))
    f.case("cache-image-size-huge", (message + 9, 8, BIG))
    f.case("cache-image-size-8", (message + 9, 8, 8))
    f.case("cache-image-length-huge", (block + 6, 8, BIG))
    f.case("cache-image-entries-huge", (block + 14, 4, 2**31 - 1))
    f.case("cache-image-entries-200", (block + 14, 4, 200))
    for offset, width in ((18, 1), (19, 1), (20, 1), (21, 1), (22, 2), (24, 2), (26, 2), (28, 4), (32, 8), (40, 8), (48, 8)):
        f.case(f"cache-image-entry-at-{offset}", (block + offset, width, 2 ** (8 * width) // 2 - 1))


for make in (earliest, latest, elsewhere, rare):
    make()
(here / "patches.txt").write_text("\n".join(lines) + "\n")
print(len(lines), "cases of", len({line.split()[1] for line in lines}), "files")
