"""The command's options by subcommand, with underscores; a test holds them against `--help`."""

from __future__ import annotations

import difflib
import os
from collections.abc import Mapping
from typing import Any

from ._command import SNNError

__version__ = "0.1.0"

# How an option's value becomes words: a flag is there or not; a value is one word; a list is joined by
# commas; many are repeated; a path is taken from the folder Python is in.
_INPUT = {
    "layers": "many",
    "except": "many",
    "checkpoints": "many",
    "labels": "many",
    "checkpoint_pattern": "value",
    "sample_order": "value",
    "pool": "value",
    "channels": "value",
    "split": "value",
    "sample_axis": "value",
    "layer_axis": "value",
    "dtype": "value",
    "count": "value",
    "order": "list",
    "each_file": "value",
    "each_group": "value",
    "per_sample": "flag",
    "tokens": "flag",
    "follow_external": "flag",
    "plugins": "path",
    "allow_missing": "flag",
    "patience": "value",
}
_MACHINE = {"threads": "value", "memory": "value", "instruction_set": "value"}
_LOSS = {
    "at_perplexity": "value",
    "temperatures": "list",
    "relative_temperatures": "list",
    "distance": "value",
    "precision": "value",
    "zero_rows": "value",
    "samples": "value",
    "seed": "value",
    **_MACHINE,
}
_FIGURES = {"figure_style": "value", "figure_width": "value"}
_RUN = {"cache": "path", "no_cache": "flag", "scratch": "path", "keep_going": "flag"}
_SIDES = {**_INPUT, "neighbors": "value", "distance": "value", **_MACHINE, **_FIGURES, "output": "path"}

#: What may be said of each subcommand.
OFFERED: dict[str, dict[str, str]] = {
    "report": {
        **_INPUT,
        "compute": "list",
        **_LOSS,
        "sample_sizes": "list",
        "batch_size": "value",
        "batches": "value",
        "temperature_schedule": "value",
        "output": "path",
        **_FIGURES,
        **_RUN,
        "cite": "flag",
    },
    "compare": {**_INPUT, "compute": "list", **_LOSS, "output": "path", **_FIGURES, **_RUN},
    "baseline": {
        **_INPUT, **_LOSS, "output": "path", "rules": "path", "update": "flag", "scratch": "path"
    },
    "check": {
        **_INPUT,
        **_LOSS,
        "baseline": "path",
        "rules": "path",
        "output": "path",
        "fail_on_inconclusive": "flag",
        "scratch": "path",
    },
    "neighbors": {
        **_SIDES,
        "bank": "path",
        "relative_temperature": "value",
        "thresholds": "list",
        "show": "list",
    },
    "outliers": {
        **_SIDES,
        "bank": "path",
        "calibration": "path",
        "outliers": "paths",
        "calibration_share": "value",
        "seed": "value",
        "p_value": "value",
        "unknown_classes_are_outliers": "flag",
    },
    "inspect": {**_INPUT, "compute": "list", **_LOSS},
    "gradient": {"distance": "value", "zero_rows": "value", **_MACHINE},
}

#: What this module says itself, of any subcommand.
OWN = {"formats", "quiet", "verbose", "version", "help", "json"}


def words(subcommand: str, options: Mapping[str, Any]) -> list[str]:
    """The options as words of a command line; None and False say nothing.

    Raises:
        SNNError: with status 64, where the subcommand has no such option, or the value is none.
    """
    offered = OFFERED[subcommand]
    found: list[str] = []
    for given, value in options.items():
        name = given.rstrip("_")
        kind = offered.get(name)
        if kind is None:
            near = difflib.get_close_matches(name, offered, 1)
            hint = f" Did you mean {near[0]}?" if near else f" There are {', '.join(offered)}."
            raise SNNError(f"'{given}' is no option of {subcommand}.{hint}", 64)
        option = "--" + name.replace("_", "-")
        if value is None or value is False:
            continue
        if kind == "flag":
            if value is not True:
                raise SNNError(f"{given} is True or False, not {value!r}.", 64)
            found.append(option)
            continue
        if value is True:
            raise SNNError(f"{given} needs a value, such as {given}='…'.", 64)
        values = [value] if isinstance(value, (str, os.PathLike)) else _items(value)
        if kind == "path":
            values = [os.path.abspath(os.fspath(item)) for item in values]
        elif kind == "paths":
            found += [f"{option}={os.path.abspath(os.fspath(item))}" for item in values]
            continue
        if kind == "many":
            found += [f"{option}={_word(item)}" for item in values]
        elif kind == "list" or len(values) == 1:
            found.append(f"{option}={','.join(map(_word, values))}")
        else:
            raise SNNError(f"{given} takes one value, not {len(values)}.", 64)
    return found


def _items(value: Any) -> list[Any]:
    value = value.tolist() if hasattr(value, "tolist") else value
    return list(value) if isinstance(value, (list, tuple, set, frozenset, range)) else [value]


def _word(value: Any) -> str:
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, os.PathLike):
        value = os.fspath(value)
    return repr(value) if isinstance(value, float) else f"{value}"
