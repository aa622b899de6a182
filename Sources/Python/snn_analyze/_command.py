"""Finds the program `snn-analyze` and runs it: its sentences become errors, its progress is shown."""

from __future__ import annotations

import codecs
import errno
import functools
import html
import importlib.util
import os
import re
import signal
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO


class SNNError(Exception):
    """Why there is no result: a sentence that says what is wrong, where, and how to mend it.

    Attributes:
        sentence: the command's own words, or this module's on what it was given.
        status: the command's exit status: 1 regression, 2 could not read or compute, 3 inconclusive, 4
            not comparable, 64 wrong usage, 130 and 143 interrupted.
    """

    def __init__(self, sentence: str, status: int = 2) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.status = status


def command() -> str:
    """The path of the program: that of the variable SNN_ANALYZE; of the wheel this module came with; of
    the checkout it lies in; of the PATH.

    Raises:
        SNNError: there is none, it cannot be run, or it is of another version than this module.
    """
    path, origin = _found()
    try:
        stamp = os.stat(path)
    except OSError:
        raise SNNError(f"{path}, which {origin} names, is not there. Correct it.") from None
    if not os.access(path, os.X_OK) or not os.path.isfile(path):
        raise SNNError(
            f"{path} may not be run as a program. Mend it with: chmod +x {path}"
        )
    _require_version(path, origin, stamp.st_mtime_ns, stamp.st_size)
    return path


def _found() -> tuple[str, str]:
    named = os.environ.get("SNN_ANALYZE")
    if named:
        return named, "the variable SNN_ANALYZE"
    package = Path(__file__).resolve().parent
    folders = [sysconfig.get_path("scripts")]
    try:
        folders.append(sysconfig.get_path("scripts", f"{os.name}_user"))
    except KeyError:
        pass
    folders.append(str(package.parent / "bin"))  # pip install --target
    for folder in folders:
        path = os.path.join(folder, "snn-analyze")
        if os.path.isfile(path):
            return path, "pip"
    checkout = package.parents[2]
    built = checkout / ".build/release/snn-analyze"
    if (checkout / "Package.swift").is_file() and built.is_file():
        return str(built), "the checkout"
    on_path = _on_path()
    if on_path:
        return on_path[0], "the PATH"
    raise SNNError(
        "The program snn-analyze is not there. Install its wheel with pip, put it on the PATH, or name "
        "it in the variable SNN_ANALYZE."
    )


def _on_path() -> list[str]:
    folders = [folder for folder in os.environ.get("PATH", "").split(os.pathsep) if folder]
    paths = [os.path.join(folder, "snn-analyze") for folder in folders]
    return list(dict.fromkeys(path for path in paths if os.path.isfile(path)))


@functools.lru_cache(maxsize=8)
def _require_version(path: str, origin: str, modified: int, size: int) -> None:
    from ._options import __version__

    found = _version(path)
    if found == __version__:
        return
    others = [other for other in _on_path() if other != path] if origin == "the PATH" else []
    fitting = [other for other in others if _version_or_none(other) == __version__]
    also = f", before {fitting[0]}, which is {__version__}" if fitting else ""
    raise SNNError(
        f"{path}, found by {origin}{also}, is version {found}, but this module is {__version__}. Install "
        "both from the same wheel, or name the right program in the variable SNN_ANALYZE."
    )


def _version(path: str) -> str:
    try:
        done = subprocess.run(
            [path, "--version"], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60
        )
    except OSError as error:
        raise _not_started(path, error) from None
    if done.returncode != 0:
        words = (done.stderr or done.stdout).strip().splitlines()
        raise SNNError(
            f"{path} does not run here: {words[-1] if words else f'it ended with {done.returncode}'}. "
            "Install the wheel that was made for this system, or build one here with Scripts/package."
        )
    return done.stdout.strip()


def _version_or_none(path: str) -> str | None:
    try:
        return _version(path)
    except SNNError:
        return None


def _not_started(path: str, error: OSError) -> SNNError:
    if error.errno == errno.ENOEXEC:
        return SNNError(
            f"{path} is no program of this kind of machine ({os.uname().machine}, {os.uname().sysname}). "
            "Install the wheel that was made for it, or build one here with Scripts/package."
        )
    if error.errno == errno.ENOENT:
        return SNNError(
            f"{path} cannot be started: its loader is not there. It needs a Linux with glibc; build it "
            "on this system with Scripts/package."
        )
    return SNNError(f"{path} cannot be started: {error.strerror}.")


def environment() -> dict[str, str]:
    """This process's, with the HDF5 plugins of the package hdf5plugin where it is installed."""
    found = dict(os.environ)
    if "HDF5_PLUGIN_PATH" not in found:
        # Found without its import, which would load HDF5 into this process.
        module = importlib.util.find_spec("hdf5plugin")
        if module is not None and module.origin:
            folder = os.path.join(os.path.dirname(module.origin), "plugins")
            if os.path.isdir(folder):
                found["HDF5_PLUGIN_PATH"] = folder
    return found


@dataclass
class Finished:
    """What a run of the command printed."""

    status: int
    text: str
    notes: list[str]
    sentence: str


def run(
    words: Sequence[str],
    *,
    folder: str | None = None,
    progress: bool | None = None,
    allowed: tuple[int, ...] = (0,),
) -> Finished:
    """Runs the command to its end; whatever ends the wait ends the process, too.

    Args:
        folder: where it runs; by default where this process is.
        progress: whether to show how far it is: by default in a notebook and on a terminal.
        allowed: statuses that are no failure.

    Raises:
        SNNError: with the command's sentence and status.
    """
    path = command()
    display = _display(progress)
    ours, theirs = (os.pipe() if display is None else _terminal())
    listener = _Listener(display)
    with tempfile.TemporaryFile() as output, os.fdopen(ours, "rb", buffering=0) as errors:
        try:
            process = subprocess.Popen(
                [path, *words], cwd=folder, stdin=subprocess.DEVNULL, stdout=output, stderr=theirs,
                env=environment(),
            )
        except OSError as error:
            raise _not_started(path, error) from None
        finally:
            os.close(theirs)
        try:
            listener.listen(errors)
            status = process.wait()
        except BaseException:
            _end(process)
            raise
        finally:
            listener.close()
        output.seek(0)
        text = output.read().decode("utf-8", "replace")
    notes, sentence = listener.said()
    if status in allowed:
        return Finished(status, text, notes, sentence)
    if status < 0:
        name = signal.Signals(-status).name
        raise SNNError(
            f"snn-analyze was ended by the signal {name}"
            + (", as systems do that run out of memory. Say memory='2G'." if name == "SIGKILL" else "."),
            128 - status,
        )
    raise SNNError(sentence or f"snn-analyze ended with status {status}.", status)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(timeout=5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _terminal() -> tuple[int, int]:
    """The two ends of a terminal of our own, so that the command says how far it is."""
    import pty
    import tty

    ours, theirs = pty.openpty()
    tty.setraw(theirs)
    return ours, theirs


class _Listener:
    """Takes standard error apart: the line of progress, notes, the error."""

    _START = "\r\x1b[K"
    _PROGRESS = re.compile(r"[█░]{20} ")

    def __init__(self, display: Any) -> None:
        self._display = display
        self._text = ""

    def listen(self, stream: BinaryIO) -> None:
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        while True:
            try:
                data = stream.read(1 << 16)
            except OSError as error:
                if error.errno == errno.EIO:  # the other end of a terminal is closed
                    return
                raise
            if not data:
                return
            self._text += decoder.decode(data)
            *before, last = self._text.split(self._START)
            self._text = "".join(map(self._rest, before)) + (self._START if before else "") + last
            if self._display is not None and self._PROGRESS.match(last):
                self._display.show(last.splitlines()[0])

    def _rest(self, part: str) -> str:
        """What follows a line of progress, which has no end of its own."""
        return "" if self._PROGRESS.match(part) else part

    def close(self) -> None:
        if self._display is not None:
            self._display.close()

    def said(self) -> tuple[list[str], str]:
        """The notes, and the sentence of the error."""
        text = "".join(map(self._rest, self._text.split(self._START)))
        said, found, error = text.partition("Error: ")
        if not found:
            said, error = text, ""
        notes = [line[6:] for line in said.splitlines() if line.startswith("Note: ")]
        return notes, re.split(r"\n(?:Usage|Help): ", error.strip(), maxsplit=1)[0].strip() or (
            "" if notes else said.strip()
        )


def _display(progress: bool | None) -> Any:
    if progress is False or not hasattr(os, "openpty"):
        return None
    shell = sys.modules.get("IPython") and sys.modules["IPython"].get_ipython()
    if shell is not None and hasattr(shell, "kernel"):
        return _NotebookDisplay()
    if progress or (progress is None and sys.stderr is not None and sys.stderr.isatty()):
        return _TerminalDisplay()
    return None


class _TerminalDisplay:
    def __init__(self) -> None:
        self._is_shown = False

    def show(self, line: str) -> None:
        self._is_shown = True
        sys.stderr.write(_Listener._START + line)
        sys.stderr.flush()

    def close(self) -> None:
        if self._is_shown:
            sys.stderr.write(_Listener._START)
            sys.stderr.flush()


class _NotebookDisplay:
    def __init__(self) -> None:
        self._handle: Any = None

    def show(self, line: str) -> None:
        from IPython.display import HTML, display

        shown = HTML(f"<pre>{html.escape(line)}</pre>")
        if self._handle is None:
            self._handle = display(shown, display_id=True)
        else:
            self._handle.update(shown)

    def close(self) -> None:
        if self._handle is not None:
            from IPython.display import HTML

            self._handle.update(HTML(""))
