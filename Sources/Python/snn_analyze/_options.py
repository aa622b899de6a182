"""The command's options by subcommand, with underscores, as the command itself tells them."""

from __future__ import annotations

import difflib
import functools
import json
import os
import subprocess
from collections.abc import Mapping
from typing import Any

from ._command import SNNError, command

__version__ = "0.1.0"

#: What this module says itself, of any subcommand.
OWN = {"formats", "quiet", "verbose", "version", "help", "json"}

#: Options that name files or folders, where the name of their value does not say so.
_PATHS = {"output", "baseline", "bank", "calibration", "outliers"}


def offered(subcommand: str) -> dict[str, str]:
    """The subcommand's options by name, each a flag, a value, many (repeated) or path.

    Raises:
        SNNError: there is no program, or it has no such subcommand.
    """
    path = command()
    told = _told(path, os.stat(path).st_mtime_ns)
    if subcommand not in told:
        raise SNNError(f"{path} has no subcommand '{subcommand}'.", 64)
    return told[subcommand]


@functools.lru_cache(maxsize=4)
def _told(path: str, modified: int) -> dict[str, dict[str, str]]:
    done = subprocess.run(
        [path, "--experimental-dump-help"], stdin=subprocess.DEVNULL, capture_output=True
    )
    if done.returncode != 0:
        raise SNNError(f"{path} does not tell its options. Install it again.")
    return {
        one["commandName"]: {
            name["name"].replace("-", "_"): _kind(argument)
            for argument in one.get("arguments", [])
            for name in argument.get("names") or []
            if name["kind"] == "long" and name["name"] not in OWN
        }
        for one in json.loads(done.stdout)["command"]["subcommands"]
    }


def _kind(argument: Mapping[str, Any]) -> str:
    if argument["kind"] == "flag":
        return "flag"
    value = argument.get("valueName", "")
    name = argument["preferredName"]["name"]
    if name in _PATHS or "file" in value or "folder" in value:
        return "path"
    return "many" if argument["isRepeating"] else "value"


def words(subcommand: str, options: Mapping[str, Any]) -> list[str]:
    """The options as words of a command line; None and False say nothing.

    Raises:
        SNNError: with status 64, where the subcommand has no such option, or the value is none.
    """
    if not options:
        return []
    known = offered(subcommand)
    found: list[str] = []
    for given, value in options.items():
        name = given.rstrip("_")
        kind = known.get(name)
        if kind is None:
            near = difflib.get_close_matches(name, known, 1)
            hint = f" Did you mean {near[0]}?" if near else f" There are {', '.join(known)}."
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
            found += [f"{option}={os.path.abspath(os.fspath(item))}" for item in values]
        elif kind == "many":
            found += [f"{option}={_word(item)}" for item in values]
        else:
            found.append(f"{option}={','.join(map(_word, values))}")
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
