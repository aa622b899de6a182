"""Computes other implementations' soft nearest neighbor loss beside snn-analyze's, on one file.

    python compare_implementations.py [COMMAND [FILE.h5 [CHECKPOINT [LAYER...]]]]
        # default: snn-analyze from the PATH, digits-mlp.h5 beside this script, its last checkpoint,
        # layer1 and logits
    python compare_implementations.py --check

Needs numpy and h5py, and the built command. Each formula is written down as its library computes
it and evaluated twice: in float32 as the library does, and in float64. The command is asked for
the same temperature and distance. So the difference splits in two: what float32 rounding did
(first to second value) and what the formula is (second value to the command's).

`--check` holds the formulas against pytorch-metric-learning and tensorflow-similarity, where these
are installed.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import h5py
import numpy as np

HERE = Path(__file__).resolve().parent
Array = np.ndarray


def expansion(x: Array) -> Array:
    """|a|² + |b|² − 2ab, neither centred nor clamped."""
    squares = (x**2).sum(axis=1)
    return squares[None, :] + squares[:, None] - 2 * (x @ x.T)


def unit_rows(x: Array) -> Array:
    return x / np.maximum(np.linalg.norm(x, axis=1, keepdims=True), x.dtype.type(1e-12))


# Every formula takes N × D activations, N labels and T, computes in the type of x, and returns
# nats. NaN is a result.


def cleverhans(x: Array, y: Array, temperature: float, distances: Array | None = None) -> float:
    """cleverhans 3.1, `SNNLCrossEntropy.SNNL`: the authors' release.

    f = exp(−d/T) − I; l = mean −log(1e-5 + Σ_same f / (1e-5 + Σ f)).
    """
    d = expansion(x) if distances is None else distances
    real = x.dtype.type
    f = np.exp(-d / real(temperature)) - np.eye(len(x), dtype=x.dtype)
    picked = f / (real(1e-5) + f.sum(axis=1, keepdims=True))
    same = (y[:, None] == y[None, :]).astype(x.dtype)
    return float((-np.log(real(1e-5) + (picked * same).sum(axis=1))).mean())


def pt_snnl(x: Array, y: Array, temperature: float) -> float:
    """pt-snnl (Agarap): cleverhans' formula on 1 − cos, with T = 1/(1 + epoch)^0.55 by default."""
    unit = unit_rows(x)
    return cleverhans(x, y, temperature, 1 - unit @ unit.T)


def tensorflow_similarity(x: Array, y: Array, temperature: float) -> float:
    """tensorflow-similarity 0.17, `SoftNearestNeighborLoss(distance="sql2")`.

    The sample itself is masked; l = mean −log(1e-9 + A/B), in which a class of one counts as 0 and
    a row whose kernels all underflow is 0/0.
    """
    real = x.dtype.type
    kernel = np.exp(-np.maximum(expansion(x), 0) / real(temperature))
    np.fill_diagonal(kernel, 0)
    same = y[:, None] == y[None, :]
    np.fill_diagonal(same, False)
    share = (kernel * same).sum(axis=1) / kernel.sum(axis=1)
    return float((-np.log(real(1e-9) + share) * same.any(axis=1)).mean())


def nca_loss(x: Array, y: Array, temperature: float) -> float:
    """pytorch-metric-learning 2.9, `NCALoss(softmax_scale=1/T)`.

    |a − b|² of rows at unit length, a softmax that leaves the sample out, and the mean of −log of
    those shares that are not 0.
    """
    scores = -np.maximum(expansion(unit_rows(x)), 0) / x.dtype.type(temperature)
    np.fill_diagonal(scores, -np.inf)
    shares = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares /= shares.sum(axis=1, keepdims=True)
    shares = (shares * (y[:, None] == y[None, :])).sum(axis=1)
    return float((-np.log(shares[shares != 0])).mean())


@dataclass
class Comparison:
    """One implementation, and what the command is asked for to mean the same thing."""

    name: str
    formula: Callable[[Array, Array, float], float]
    #: One at which the implementation is used, one colder, one colder still.
    temperatures: tuple[float, float, float]
    distance: str
    #: The command's T for the implementation's T = 1: |a − b|² of unit rows is 2 (1 − cos).
    factor: float = 1.0


COMPARISONS = (
    Comparison("cleverhans", cleverhans, (100, 1, 0.1), "squared-euclidean"),
    Comparison("tensorflow-similarity", tensorflow_similarity, (100, 1, 0.1), "squared-euclidean"),
    Comparison("pt-snnl", pt_snnl, (1, 0.1, 0.01), "cosine"),
    Comparison("NCALoss", nca_loss, (1, 0.01, 0.0005), "cosine", factor=0.5),
)


def ours(
    command: str, path: Path, checkpoint: str, distance: str, temperatures: list[float]
) -> dict[str, list[float]]:
    """The command's loss at each temperature, by layer."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            [
                command, str(path), "--checkpoints", checkpoint, "--distance", distance,
                "--temperatures", ",".join(map(repr, temperatures)), "--compute", "curve",
                "--formats", "json", "--output", folder, "--quiet",
            ],
            check=True,
        )
        report = json.loads((Path(folder) / "report.json").read_text())
    losses = {}
    for layer in report["checkpoints"][0]["layers"]:
        found = {point["temperature"]: point["loss"] for point in layer["curve"]}
        losses[layer["name"]] = [found[temperature] for temperature in temperatures]
    return losses


def table(command: str, path: Path, checkpoint: str | None, names: list[str]) -> None:
    """Prints the table as Markdown."""
    with h5py.File(path) as file:
        if checkpoint is None:
            checkpoint = [name for name in file if isinstance(file[name], h5py.Group)][-1]
        y = file["labels"][()]
        layers = {name: file[checkpoint][name][()] for name in names}
    print(f"{path.name}, {checkpoint}, {len(y)} samples\n")
    print("| implementation | layer | T | its value | its formula in float64 | snn-analyze |")
    print("|---|---|---|---|---|---|")
    for comparison in COMPARISONS:
        asked = [temperature * comparison.factor for temperature in comparison.temperatures]
        losses = ours(command, path, checkpoint, comparison.distance, asked)
        for layer, values in layers.items():
            x = values.reshape(len(values), -1)
            for temperature, own in zip(comparison.temperatures, losses[layer]):
                single, double = (
                    comparison.formula(x.astype(dtype), y, temperature)
                    for dtype in (np.float32, np.float64)
                )
                numbers = " | ".join(
                    "NaN" if np.isnan(value) else f"{value:.6f}" for value in (single, double, own)
                )
                print(f"| {comparison.name} | {layer} | {temperature:g} | {numbers} |")


def check() -> None:
    """Holds the formulas against the libraries, where they are installed."""
    generator = np.random.default_rng(7)
    y = np.arange(60) % 4
    y[0] = 9
    x = (generator.normal(size=(60, 5)) + y[:, None]).astype(np.float32)
    for temperature in (0.1, 1.0, 100.0):
        for name, theirs, formula in (
            ("NCALoss", _installed_nca_loss, nca_loss),
            ("tensorflow-similarity", _installed_tensorflow_similarity, tensorflow_similarity),
        ):
            try:
                expected = theirs(x, y, temperature)
            except ImportError as missing:
                print(f"{name}: not checked, {missing}")
                continue
            found = formula(x, y, temperature)
            print(f"{name}, T = {temperature:g}: library {expected:.7g}, formula here {found:.7g}")
            if not np.isclose(expected, found, rtol=1e-4, equal_nan=True):
                raise SystemExit(f"{name}: the formula is not what the library computes")


def _installed_nca_loss(x: Array, y: Array, temperature: float) -> float:
    import torch
    from pytorch_metric_learning.losses import NCALoss

    return float(NCALoss(softmax_scale=1 / temperature)(torch.tensor(x), torch.tensor(y)))


def _installed_tensorflow_similarity(x: Array, y: Array, temperature: float) -> float:
    from tensorflow_similarity.losses import SoftNearestNeighborLoss

    return float(SoftNearestNeighborLoss(distance="sql2", temperature=temperature)(y, x))


def main() -> None:
    arguments = sys.argv[1:]
    if arguments == ["--check"]:
        check()
        return
    command = arguments[0] if arguments else shutil.which("snn-analyze")
    if command is None:
        raise SystemExit("snn-analyze is not on the PATH; give its path as the first argument")
    path = Path(arguments[1]) if len(arguments) > 1 else HERE / "digits-mlp.h5"
    checkpoint = arguments[2] if len(arguments) > 2 else None
    # NaN is what some of the formulas give; the table says so.
    with np.errstate(all="ignore"):
        table(command, path, checkpoint, arguments[3:] or ["layer1", "logits"])


if __name__ == "__main__":
    main()
