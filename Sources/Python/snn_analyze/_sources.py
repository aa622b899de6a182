"""Arrays in memory as the files the command reads: a folder of `.npy`, a folder a checkpoint."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ._command import SNNError

#: What lies beside the layers under these names.
_TAKEN = ("labels", "sample_ids", "predictions")


class Workplace:
    """A folder for one call, taken away at its end, in which the command runs if it reads arrays.

    Its messages then name `activations/conv1.npy` and not a path of this machine.
    """

    def __init__(self, sources: Sequence[Any]) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="snn-analyze-")
        self.path = Path(self._folder.name)
        self.holds_arrays = not all(map(is_path, sources))
        self._holds_paths = any(map(is_path, sources))
        self._written: dict[tuple[int, int], str] = {}
        self._orders: list[list[str]] = []

    def __enter__(self) -> Workplace:
        return self

    def __exit__(self, *arguments: object) -> None:
        self._folder.cleanup()

    @property
    def folder(self) -> str | None:
        """Where the command is to run."""
        return str(self.path) if self.holds_arrays else None

    def source(
        self, source: Any, labels: Any, sample_ids: Any, options: dict[str, Any], name: str
    ) -> list[str]:
        """The source as words of the command line; what it takes to read arrays goes to the options."""
        if is_path(source):
            paths = [source] if isinstance(source, (str, os.PathLike)) else list(source)
            if sample_ids is not None:
                raise SNNError("sample_ids go with arrays; files carry their own.", 64)
            if labels is not None:
                options["labels"] = self._labels_of_files(labels)
            return [self._reachable(path) for path in paths]
        if isinstance(source, tuple) and len(source) == 2 and labels is None:
            source, labels = source
        key = (id(source), id(labels))
        if key not in self._written:
            self._written[key] = self._write(source, labels, sample_ids, options, name)
        return [self._written[key]]

    def _write(
        self, source: Any, labels: Any, sample_ids: Any, options: dict[str, Any], name: str
    ) -> str:
        if labels is None:
            raise SNNError(f"{name}: arrays need labels, one class a sample.", 64)
        steps = checkpoints(source)
        folder = self.path / name
        columns = self._columns(labels, folder, options)
        columns["labels of the samples"] = next(iter(columns.values()))
        if sample_ids is not None:
            ids = labels_array(sample_ids, "sample_ids")
            if len(np.unique(ids)) < len(ids):
                raise SNNError("sample_ids repeat; every sample needs an id of its own.", 64)
            columns["sample_ids"] = ids
        order: list[str] = []
        for checkpoint, layers in steps:
            for layer, values in layers.items():
                place = f"layer '{layer}'" + (f" at {checkpoint}" if checkpoint else "")
                array = layer_array(values, place)
                for column, entries in columns.items():
                    if len(entries) != len(array):
                        raise SNNError(
                            f"{place} has {len(array)} rows, but there are {len(entries)} "
                            f"{column}. Give both of the same samples, in the same order."
                        )
                file = file_name(layer)
                if file not in order:
                    order.append(file)
                _save(folder / checkpoint / f"{file}.npy", array)
        if "sample_ids" in columns:
            _save(folder / "sample_ids.npy", columns["sample_ids"])
        self._orders.append(order)
        options.setdefault("sample_axis", 0)
        if not options.get("layers"):
            # Layers are what was given, whatever their names remind of.
            options["layers"] = ["*"]
        if len(steps) > 1 or steps[0][0]:
            options.setdefault("each_group", "checkpoint")
        return name

    def say_order(self, options: dict[str, Any]) -> None:
        """The layers' order, where all that is read are arrays of the same layers."""
        if self._orders and not self._holds_paths and "order" not in options:
            if all(order == self._orders[0] for order in self._orders):
                (self.path / "order.txt").write_text("\n".join(self._orders[0]) + "\n", "utf-8")
                options["order"] = "@order.txt"

    def _reachable(self, path: Any) -> str:
        """The path as it is given, or from the root where the command runs elsewhere."""
        return os.path.abspath(os.fspath(path)) if self.holds_arrays else os.fspath(path)

    def _columns(self, labels: Any, folder: Path, options: dict[str, Any]) -> dict[str, np.ndarray]:
        if isinstance(labels, (str, os.PathLike)):
            raise SNNError("arrays need labels in memory: load the file first.", 64)
        if not isinstance(labels, Mapping):
            values = labels_array(labels, "labels")
            _save(folder / "labels.npy", values)
            return {"labels": values}
        if not labels:
            raise SNNError("labels name no labeling.", 64)
        columns = {str(key): labels_array(value, f"labels '{key}'") for key, value in labels.items()}
        for key, values in columns.items():
            _save(self.path / "labelings" / f"{file_name(key, taken=())}.npy", values)
        options["labels"] = [f"labelings/{file_name(key, taken=())}.npy" for key in columns]
        return {f"labels '{key}'": values for key, values in columns.items()}

    def _labels_of_files(self, labels: Any) -> list[str]:
        if isinstance(labels, (str, os.PathLike)):
            where = os.fspath(labels)
            file = where if os.path.exists(where) else where.rpartition(":")[0]
            return [self._reachable(where) if file and os.path.exists(file) else where]
        if isinstance(labels, Mapping):
            found = []
            for key, value in labels.items():
                if isinstance(value, (str, os.PathLike)):
                    found += self._labels_of_files(value)
                    continue
                path = self.path / "labelings" / f"{file_name(str(key), taken=())}.npy"
                _save(path, labels_array(value, f"labels '{key}'"))
                found.append(str(path))
            return found
        path = self.path / "labels.npy"
        _save(path, labels_array(labels, "labels"))
        return [str(path)]


def is_path(source: Any) -> bool:
    """Whether this names files: a path, or a list of them."""
    if isinstance(source, (str, os.PathLike)):
        return True
    return (
        isinstance(source, (list, tuple))
        and bool(source)
        and all(isinstance(item, (str, os.PathLike)) for item in source)
    )


def checkpoints(source: Any) -> list[tuple[str, Mapping[Any, Any]]]:
    """The checkpoints of arrays in memory, by name; a single one has none.

    - an array, N × …: one layer of one checkpoint;
    - a mapping of arrays by layer;
    - a list of such, one a checkpoint: `step_0`, `step_1`, …;
    - a mapping of mappings: by checkpoint (a number is a step), by layer.
    """
    if isinstance(source, Mapping):
        if not source:
            raise SNNError("there is no layer: the mapping is empty.", 64)
        if all(isinstance(value, Mapping) for value in source.values()):
            return _ordered([(_step_name(key), value) for key, value in source.items()])
        return [("", source)]
    if isinstance(source, (list, tuple)) and source:
        if all(isinstance(item, Mapping) for item in source):
            return [(f"step_{step}", layers) for step, layers in enumerate(source)]
        if all(_has_rows(item) for item in source):
            return [(f"step_{step}", {"activations": item}) for step, item in enumerate(source)]
    return [("", {"activations": source})]


def _has_rows(item: Any) -> bool:
    return hasattr(item, "ndim") and hasattr(item, "shape") and item.ndim > 1


def _step_name(key: Any) -> str:
    if isinstance(key, (int, np.integer)) and not isinstance(key, bool):
        if key < 0:
            raise SNNError(f"a checkpoint's step is 0 or more, not {key}.", 64)
        return f"step_{key}"
    return file_name(str(key), taken=())


def _ordered(found: list[tuple[str, Mapping[Any, Any]]]) -> list[tuple[str, Mapping[Any, Any]]]:
    names = [name for name, _ in found]
    if len(set(names)) < len(names):
        raise SNNError(f"checkpoints need names that differ; these are {', '.join(names)}.", 64)
    if not all(re.search(r"\d", name) for name in names) and sorted(names) != names:
        raise SNNError(
            f"nothing tells the order of the checkpoints {', '.join(names)}: name them by their steps, as "
            "numbers, or give a list.",
            64,
        )
    return found


def file_name(name: Any, taken: Sequence[str] = _TAKEN) -> str:
    """The name as a file's: `/`, which would be a folder, is a dot."""
    found = str(name).replace("/", ".")
    if not found.strip(". ") or found.startswith(".") or not found.isprintable():
        raise SNNError(f"{name!r} cannot be the name of a layer; give it another.", 64)
    if found in taken:
        raise SNNError(f"a layer cannot be named '{found}', which is what lies beside layers.", 64)
    if len(found.encode()) > 200:
        raise SNNError(f"the name '{found[:40]}…' is longer than a file's may be (200 bytes).", 64)
    return found


def _save(path: Path, values: np.ndarray) -> None:
    if path.exists():
        raise SNNError(f"two layers are both named '{path.stem}'; '/' and '.' count as the same.", 64)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        np.save(path, np.ascontiguousarray(values), allow_pickle=False)
    except OSError as error:
        raise SNNError(
            f"{path.parent} cannot take {values.nbytes >> 20} MiB of {path.stem}: {error.strerror or error}. "
            "Name a larger place in the variable TMPDIR."
        ) from None


def as_array(value: Any, name: str) -> np.ndarray:
    """A numpy array of an array of any library, wherever it lies.

    Raises:
        SNNError: it holds what is no plain number or text, or masked entries.
    """
    if hasattr(value, "detach"):  # PyTorch: taken from its device and its graph
        value = value.detach().cpu()
        if getattr(value, "is_sparse", False):
            value = value.to_dense()
        if str(value.dtype) == "torch.bfloat16":
            value = value.float()
        value = value.numpy()
    if hasattr(value, "toarray"):
        value = value.toarray()
    if isinstance(value, np.ma.MaskedArray):
        if np.ma.getmaskarray(value).any():
            raise SNNError(f"{name} has masked entries. Leave those samples out.")
        value = value.data
    try:
        array = np.asarray(value)
    except ValueError:
        raise SNNError(
            f"{name} has rows of different lengths. Give one array of samples × features."
        ) from None
    if array.dtype.kind == "V" and array.dtype.names is None:
        # bfloat16 and the float8 types of JAX and TensorFlow.
        array = array.astype(np.float32)
    return array


def layer_array(value: Any, name: str) -> np.ndarray:
    """The activations of a layer, samples first: N × …; numbers that the command reads."""
    array = as_array(value, name)
    if array.dtype.kind == "O":
        raise SNNError(
            f"{name} is an array of Python objects, as rows of different lengths make it. Give one array "
            "of numbers, samples × features."
        )
    if array.dtype.kind == "c":
        raise SNNError(f"{name} holds complex numbers. Give real and imaginary parts as features.")
    if array.dtype.kind not in "fiub":
        raise SNNError(f"{name} holds {array.dtype}, not numbers.")
    if array.ndim == 0:
        raise SNNError(f"{name} is a single number. Give one array of samples × features.")
    if array.dtype.kind == "b":
        array = array.astype(np.uint8)
    elif array.dtype.itemsize > 8:
        array = array.astype(np.float64)
    # One number a sample is a layer of one feature.
    return array.reshape(len(array), 1) if array.ndim == 1 else array


def labels_array(value: Any, name: str) -> np.ndarray:
    """One class a sample: integers or text; one-hot rows become the place of the one."""
    array = as_array(value, name)
    if array.ndim == 2 and array.shape[1] > 1:
        if array.dtype.kind not in "fiub" or not (
            np.isin(array, (0, 1)).all() and (array.sum(axis=1) == 1).all()
        ):
            raise SNNError(f"{name} has shape {array.shape}, but needs one class a sample.")
        return array.argmax(axis=1)
    array = array.reshape(-1) if array.ndim == 2 else array
    if array.ndim != 1:
        raise SNNError(f"{name} has shape {array.shape}, but needs one class a sample.")
    if array.dtype.kind in "OT":
        missing = [row for row, item in enumerate(array.tolist()) if item is None or item != item]
        if missing:
            raise SNNError(f"{name} has no class for row {missing[0]} (counted from 0).")
        items = array.tolist()
        if not all(isinstance(item, (str, int, np.integer)) for item in items):
            kind = next(type(i).__name__ for i in items if not isinstance(i, (str, int, np.integer)))
            raise SNNError(f"{name} holds objects of type {kind}. Give integers or text.")
        array = np.array([str(item) for item in items])
    if array.dtype.kind == "f" and array.dtype.itemsize > 8:
        array = array.astype(np.float64)
    if array.dtype.kind == "b":
        array = array.astype(np.uint8)
    if array.dtype.kind not in "fiuUS":
        raise SNNError(f"{name} holds {array.dtype}. Give integers or text.")
    return array
