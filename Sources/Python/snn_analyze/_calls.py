"""The functions: what is given becomes words and files, the command runs, its files become a result."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, TypeVar, Union

import numpy as np

from . import _options
from ._command import SNNError, run
from ._results import (
    Check,
    CheckError,
    Comparison,
    Neighbors,
    Outliers,
    Regression,
    Report,
    Result,
    files_of,
)
from ._sources import Workplace, file_name, is_path, layer_array, labels_array

Patterns = Union[str, Sequence[str], None]

#: A path, a list of paths, or arrays: see `analyze`.
Source = Any

Kind = TypeVar("Kind", bound=Result)


def analyze(
    source: Source,
    labels: Any = None,
    *,
    layers: Patterns = None,
    checkpoints: Patterns = None,
    sample_ids: Any = None,
    progress: bool | None = None,
    **options: Any,
) -> Report:
    """The loss of every layer at every checkpoint: the command's `report`.

    Args:
        source: a path, or a list of paths, to HDF5, NumPy or safetensors files or a folder; or an array,
            N × features (samples first; a tensor of PyTorch, JAX or TensorFlow is fine, on any device);
            a dict of arrays by layer; a list of arrays or dicts, one a checkpoint in the order of
            training; a dict of dicts, by step and by layer.
        labels: one class a sample, integers or text (or one-hot rows); a dict of such by name for
            several labelings. For files: where their labels are, as `--labels` says, if not found by
            themselves, or a dict of such by name; or an array.
        layers, checkpoints: patterns of the names to take (`"conv*"`).
        sample_ids: an id of each sample of arrays, to name and pair samples by.
        progress: whether to show how far it is; by default on a terminal and in a notebook.
        options: the command's own, with underscores: `distance="cosine"`, `compute="curve"`,
            `temperatures=[0.1, 1, 10]`, `threads=8`, `output="Reports/run"`. `except_` leaves layers
            out. `snn-analyze help report` lists them.

    Returns: a report in memory; files stay where `output` says, else nowhere.

    Raises:
        SNNError: what cannot be read or computed, in the command's words.
    """
    return _run(
        Report, "report", source, labels, sample_ids, progress,
        {"layers": layers, "checkpoints": checkpoints, **options},
    )


def compare(
    runs: Mapping[str, Source],
    labels: Any = None,
    *,
    layers: Patterns = None,
    checkpoints: Patterns = None,
    sample_ids: Any = None,
    progress: bool | None = None,
    **options: Any,
) -> Comparison:
    """Two runs or more side by side, by layer and checkpoint; differences are to the first.

    Args:
        runs: by name, each as `source` of `analyze`, or a pair (arrays, labels) where the runs have
            other samples.
        labels: of the samples of all runs.
    Others as in `analyze`.

    Raises:
        SNNError: as `analyze`.
    """
    if not isinstance(runs, Mapping) or len(runs) < 2:
        raise SNNError("compare takes two runs or more, as a dict by name.", 64)
    options = {"layers": layers, "checkpoints": checkpoints, **options}
    with Workplace([*map(_arrays, runs.values())]) as place:
        words = []
        for name, source in runs.items():
            paths = place.source(source, labels, sample_ids, options, file_name(name, taken=()))
            words += [f"{name}={path}" for path in paths]
        place.say_order(options)
        return _finish(Comparison, "compare", place, words, options, progress)


def baseline(
    source: Source,
    labels: Any = None,
    *,
    output: str | os.PathLike[str] = "baseline.json",
    rules: Any = None,
    sample_ids: Any = None,
    **options: Any,
) -> Path:
    """Writes what later runs are held against by `check`; `update=True` renews one that is there.

    Args:
        output: the file; per-sample terms go beside it (`baseline.samples`).
        rules: as in `check`, for what they name.
    Others as in `analyze`.

    Returns: the file's path.
    """
    with Workplace([_arrays(source)]) as place:
        words = place.source(source, labels, sample_ids, options, "activations")
        place.say_order(options)
        options.update(output=output, rules=_rules(rules, place))
        run(["baseline", *words, *_words("baseline", options)], folder=place.folder, progress=False)
    return Path(output)


def check(
    source: Source,
    labels: Any = None,
    *,
    baseline: str | os.PathLike[str],
    rules: str | os.PathLike[str] | Sequence[Mapping[str, Any]] | None = None,
    sample_ids: Any = None,
    progress: bool | None = None,
    **options: Any,
) -> Check:
    """Holds a run against a baseline: a gate.

    Args:
        baseline: what `baseline` wrote.
        rules: a file of rules, or the rules themselves: `[{"layer": "*", "side": "upper", "atol": 0.01}]`.
    Others as in `analyze`.

    Returns: the verdicts, of which none is a regression.

    Raises:
        Regression: a number is worse than the rules allow; its `results` are the verdicts.
        CheckError: nothing could be compared (status 4), or, with `fail_on_inconclusive=True`, a number is
            inconclusive (3).
        SNNError: what cannot be read or computed.
    """
    with Workplace([_arrays(source)]) as place:
        words = place.source(source, labels, sample_ids, options, "activations")
        place.say_order(options)
        options.update(baseline=baseline, rules=_rules(rules, place))
        found, status = _finished(
            Check, "check", place, words, options, progress, allowed=(0, 1, 3, 4)
        )
    if status == 1:
        raise Regression(found.json["summary"], status, found)
    if status:
        raise CheckError(found.json["summary"], status, found)
    return found


def neighbors(
    queries: Source,
    labels: Any = None,
    *,
    bank: Source = None,
    k: int | None = None,
    sample_ids: Any = None,
    progress: bool | None = None,
    **options: Any,
) -> Neighbors:
    """The nearest samples in every layer, and what they say of each query. Exact, in float64.

    Args:
        queries: as `source` of `analyze`; of several checkpoints the last counts.
        labels: of the queries.
        bank: the samples to look up in: a path, or a pair (arrays, labels). Without it, the other
            queries.
        k: how many neighbors.
    Others as in `analyze`.
    """
    return _sides(
        Neighbors, "neighbors", queries, labels, sample_ids, {"bank": bank}, k, progress, options
    )


def outliers(
    queries: Source,
    labels: Any = None,
    *,
    bank: Source = None,
    calibration: Source = None,
    outliers: Source = None,
    k: int | None = None,
    sample_ids: Any = None,
    progress: bool | None = None,
    **options: Any,
) -> Outliers:
    """Credibility of queries by deep k-nearest neighbors, and how well it tells outliers.

    Args:
        queries: as `source` of `analyze`.
        bank, calibration, outliers: training samples, held-out samples that calibrate, and samples known
            to be out of distribution: each a path, or a pair (arrays, labels).
        k: how many neighbors.
    Others as in `analyze`.
    """
    sides = {"bank": bank, "calibration": calibration, "outliers": outliers}
    return _sides(Outliers, "outliers", queries, labels, sample_ids, sides, k, progress, options)


def inspect(source: Source, labels: Any = None, **options: Any) -> dict[str, Any]:
    """What would be read: checkpoints, layers, shapes, types, and what was left out and why."""
    with Workplace([_arrays(source)]) as place:
        words = place.source(source, labels, None, options, "activations")
        place.say_order(options)
        done = run(
            ["inspect", *words, *_words("inspect", options), "--json"], folder=place.folder,
            progress=False,
        )
    return json.loads(done.text)


class Gradient(NamedTuple):
    """A loss with its gradient.

    Attributes:
        loss: l(T) in nats.
        temperature: T in squared units of x; None where the least loss is a limit.
        gradient: ∂l/∂x in nats a unit of x, of the shape of x; 0 where the least loss is a limit.
    """

    loss: float
    temperature: float | None
    gradient: np.ndarray


def soft_nearest_neighbor_loss(
    x: Any,
    y: Any,
    temperature: float | None = None,
    *,
    gradient: bool = False,
    **options: Any,
) -> float | Gradient:
    """The loss of one array, exact over all samples: one number.

    Args:
        x: N × … activations; more than two axes are flattened.
        y: one class a sample.
        temperature: T > 0 in squared units of x (without unit for cosine); None takes the least loss over
            all T.
        gradient: whether ∂l/∂x is wanted, too.
        options: `distance`, `zero_rows`, `threads`, `memory`, `instruction_set`.

    Returns: the loss in nats, to 1e-6 of itself; with `gradient`, a `Gradient`.

    Raises:
        SNNError: lengths that differ, NaN, a single class, what the command cannot compute.

    Source: Frosst, Papernot, Hinton, ICML 2019, arXiv 1902.01889, equation 1.
    """
    array = layer_array(x, "x")
    classes = labels_array(y, "y")
    if len(array) != len(classes):
        raise SNNError(f"x has {len(array)} rows, but there are {len(classes)} labels in y.")
    words = ["x.npy", "--labels=y.npy", *_options.words("gradient", options)]
    if temperature is not None:
        words.append(f"--temperature={float(temperature)!r}")
    if gradient:
        words.append("--output=gradient.npy")
    with tempfile.TemporaryDirectory(prefix="snn-analyze-") as folder:
        flat = np.ascontiguousarray(array.reshape(len(array), -1))
        np.save(os.path.join(folder, "x.npy"), flat, allow_pickle=False)
        np.save(os.path.join(folder, "y.npy"), classes, allow_pickle=False)
        found = json.loads(run(["gradient", *words], folder=folder, progress=False).text)
        if not gradient:
            return float(found["loss"])
        slopes = np.load(os.path.join(folder, "gradient.npy"), allow_pickle=False)
    return Gradient(float(found["loss"]), found["temperature"], slopes.reshape(array.shape))


def _arrays(source: Any) -> Any:
    """The arrays of a pair (arrays, labels)."""
    return source[0] if _is_pair(source) else source


def _is_pair(source: Any) -> bool:
    return isinstance(source, tuple) and len(source) == 2 and not is_path(source)


def _rules(rules: Any, place: Workplace) -> Any:
    if rules is None or isinstance(rules, (str, os.PathLike)):
        return rules
    path = place.path / "rules.yml"
    path.write_text(json.dumps({"rules": [dict(rule) for rule in rules]}), "utf-8")
    return path


def _words(subcommand: str, options: Mapping[str, Any]) -> list[str]:
    options = dict(options)
    order = options.get("order")
    if isinstance(order, str) and order.startswith("@") and order != "@order.txt":
        options["order"] = "@" + os.path.abspath(order[1:])
    return _options.words(subcommand, options)


def _run(
    kind: type[Kind], subcommand: str, source: Any, labels: Any, sample_ids: Any,
    progress: bool | None, options: dict[str, Any],
) -> Kind:
    with Workplace([_arrays(source)]) as place:
        words = place.source(source, labels, sample_ids, options, "activations")
        place.say_order(options)
        return _finish(kind, subcommand, place, words, options, progress)


def _sides(
    kind: type[Kind], subcommand: str, queries: Any, labels: Any, sample_ids: Any,
    sides: Mapping[str, Any], k: int | None, progress: bool | None, options: dict[str, Any],
) -> Kind:
    given: dict[str, list[Any]] = {
        name: side if name == "outliers" and isinstance(side, list) else [side]
        for name, side in sides.items()
        if side is not None
    }
    everything = [queries, *(one for side in given.values() for one in side)]
    with Workplace([*map(_arrays, everything)]) as place:
        words = place.source(queries, labels, sample_ids, options, "queries")
        for name, side in given.items():
            for number, one in enumerate(side):
                called = name if len(side) == 1 else f"{name}{number + 1}"
                paths = place.source(one, None, None, options, called)
                words += [f"--{name}={path}" for path in paths]
        place.say_order(options)
        if k is not None:
            options["neighbors"] = k
        return _finish(kind, subcommand, place, words, options, progress)


def _finish(
    kind: type[Kind], subcommand: str, place: Workplace, words: Sequence[str],
    options: dict[str, Any], progress: bool | None,
) -> Kind:
    return _finished(kind, subcommand, place, words, options, progress)[0]


def _finished(
    kind: type[Kind], subcommand: str, place: Workplace, words: Sequence[str],
    options: dict[str, Any], progress: bool | None, allowed: tuple[int, ...] = (0,),
) -> tuple[Kind, int]:
    output = options.pop("output", None)
    folder = place.path / "results" if output is None else Path(os.path.abspath(os.fspath(output)))
    said = _words(subcommand, options)
    said.append(f"--output={folder}")
    if output is None and subcommand in ("report", "compare") and not options.get("cache"):
        said.append("--no-cache")
    done = run(
        [subcommand, *words, *said], folder=place.folder, progress=progress, allowed=allowed
    )
    result = kind(
        files_of(folder), text=done.text, notes=done.notes, output=None if output is None else folder
    )
    return result, done.status
