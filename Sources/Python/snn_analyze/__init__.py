"""See how entangled the classes are inside a network, from arrays or files to numbers and figures.

    import snn_analyze

    report = snn_analyze.analyze({"layer1": x1, "layer2": x2}, labels)
    report.layers                       # a row a layer and checkpoint
    report.figure("temperature-curves")

    files, arrays ──_sources──▶ files the command reads ──_command──▶ its JSON ──_results──▶ tables, figures

A thin layer over the native program `snn-analyze`, which computes everything: numbers here are the
program's to the last bit. numpy is the one requirement. Tables are pandas' where it is installed, else
lists of dicts; the recorder needs h5py, the loss as a module PyTorch.

The soft nearest neighbor loss of sample i with class y_i, squared distance d and temperature T, in
nats (Frosst, Papernot, Hinton, ICML 2019, arXiv 1902.01889):

    l(T) = mean_i −log( Σ_{j≠i, y_j=y_i} exp(−d_ij/T) / Σ_{k≠i} exp(−d_ik/T) )
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from ._calls import (
    Gradient,
    analyze,
    baseline,
    check,
    compare,
    inspect,
    neighbors,
    outliers,
    soft_nearest_neighbor_loss,
)
from ._command import SNNError, command
from ._options import __version__
from ._results import (
    Check,
    CheckError,
    Comparison,
    Figure,
    Neighbors,
    Outliers,
    Regression,
    Report,
    load,
)

if TYPE_CHECKING:
    from .record import Recorder
    from .torch import SoftNearestNeighborLoss

__all__ = [
    "Check",
    "CheckError",
    "Comparison",
    "Figure",
    "Gradient",
    "Neighbors",
    "Outliers",
    "Recorder",
    "Regression",
    "Report",
    "SNNError",
    "SoftNearestNeighborLoss",
    "__version__",
    "analyze",
    "baseline",
    "check",
    "command",
    "compare",
    "inspect",
    "load",
    "neighbors",
    "outliers",
    "soft_nearest_neighbor_loss",
]


def __getattr__(name: str) -> Any:
    """Recorder and SoftNearestNeighborLoss on first use, as they import h5py and PyTorch."""
    if name == "Recorder":
        module, needed = "record", "h5py"
    elif name == "SoftNearestNeighborLoss":
        module, needed = "torch", "torch"
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        return getattr(importlib.import_module(f".{module}", __name__), name)
    except ModuleNotFoundError as error:
        if error.name != needed:
            raise
        raise ImportError(f"{name} takes {needed}: pip install {needed}", name=needed) from None


def __dir__() -> list[str]:
    return sorted(__all__)
