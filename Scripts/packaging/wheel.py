"""Writes the wheel: the program, its manual page and completions, and the module snn_analyze.

    python3 wheel.py dist/snn-analyze manylinux_2_35_x86_64        # Scripts/package does

A wheel is a zip with a list of its files; the same files give the same bytes.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MODULE = ROOT / "Sources/Python/snn_analyze"
NAME = "snn_analyze"


def main() -> None:
    program, platform = Path(sys.argv[1]), sys.argv[2]
    version = output(program, "--version").strip()
    module_version = re.search(r'__version__ = "(.*)"', (MODULE / "_options.py").read_text())[1]
    if version != module_version:
        sys.exit(f"The program is version {version} and the module {module_version}.")
    files = {f"{NAME}/{path.name}": path.read_bytes() for path in sorted(MODULE.glob("*.py*"))
             if path.suffix in (".py", ".typed")}
    files[f"{NAME}/py.typed"] = (MODULE / "py.typed").read_bytes()
    data, info = f"{NAME}-{version}.data", f"{NAME}-{version}.dist-info"
    files[f"{data}/scripts/snn-analyze"] = program.read_bytes()
    share = f"{data}/data/share"
    for shell, path in (
        ("bash", "bash-completion/completions/snn-analyze"),
        ("zsh", "zsh/site-functions/_snn-analyze"),
        ("fish", "fish/vendor_completions.d/snn-analyze.fish"),
    ):
        files[f"{share}/{path}"] = output(program, "--generate-completion-script", shell).encode()
    files[f"{share}/man/man1/snn-analyze.1"] = manual(program, version).encode()
    files[f"{info}/licenses/LICENSE"] = (ROOT / "LICENSE").read_bytes()
    files[f"{info}/METADATA"] = metadata(version).encode()
    files[f"{info}/WHEEL"] = (
        f"Wheel-Version: 1.0\nGenerator: snn-analyze Scripts/package\nRoot-Is-Purelib: false\n"
        f"Tag: py3-none-{platform}\n"
    ).encode()
    record = "".join(f"{name},sha256={digest(content)},{len(content)}\n"
                     for name, content in files.items())
    files[f"{info}/RECORD"] = (record + f"{info}/RECORD,,\n").encode()
    path = program.parent / f"{NAME}-{version}-py3-none-{platform}.whl"
    for other in program.parent.glob(f"{NAME}-*.whl"):
        other.unlink()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as wheel:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            mode = 0o755 if "/scripts/" in name else 0o644
            entry.external_attr = (0o100000 | mode) << 16
            wheel.writestr(entry, content)
    print(f"{path}: {path.stat().st_size / 1e6:.1f} MB")


def output(program: Path, *words: str) -> str:
    return subprocess.run(
        [program.resolve(), *words], check=True, capture_output=True, text=True
    ).stdout


def digest(content: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()


def metadata(version: str) -> str:
    return f"""Metadata-Version: 2.4
Name: snn-analyze
Version: {version}
Summary: See how entangled the classes are inside a network: the soft nearest neighbor loss of its layers
License-Expression: MIT
License-File: LICENSE
Requires-Python: >=3.9
Requires-Dist: numpy
Provides-Extra: record
Requires-Dist: h5py; extra == "record"
Provides-Extra: tables
Requires-Dist: pandas; extra == "tables"
Provides-Extra: figures
Requires-Dist: cairosvg; extra == "figures"
Description-Content-Type: text/markdown

`snn-analyze` reads the activations of a network's layers, computes the soft nearest neighbor loss of every
layer at every checkpoint over a sweep of temperatures, and writes text, figures and data.

```python
import snn_analyze

report = snn_analyze.analyze({{"layer1": x1, "layer2": x2}}, labels)
report.layers
report.figure("temperature-curves")
```
"""


# The manual page, from what the command tells of itself.


def manual(program: Path, version: str) -> str:
    told = json.loads(output(program, "--experimental-dump-help"))["command"]
    parts = [
        f'.TH SNN-ANALYZE 1 "" "snn-analyze {version}" "User Commands"',
        ".SH NAME", f"snn-analyze \\- {escaped(told['abstract'])}",
        ".SH SYNOPSIS", ".B snn-analyze", r"[\fISUBCOMMAND\fR] \fIFILE\fR... [\fIOPTIONS\fR]",
        ".SH DESCRIPTION", paragraphs(told.get("discussion", "")), ".SH SUBCOMMANDS",
    ]
    for command in told.get("subcommands", []):
        if not command.get("shouldDisplay", True) or command["commandName"] == "help":
            continue
        parts.append(f".SS {command['commandName']}")
        parts.append(paragraphs(command.get("abstract", "")))
        parts.append(paragraphs(command.get("discussion", "")))
        for argument in command.get("arguments", []):
            if argument.get("shouldDisplay", True):
                parts += [".TP", names(argument), paragraphs(argument.get("abstract", ""))]
    return "\n".join(part for part in parts if part) + "\n"


def names(argument: dict) -> str:
    value = argument.get("valueName", "")
    if argument["kind"] == "positional":
        return rf"\fI{escaped(value)}\fR"
    said = ", ".join(
        rf"\fB{escaped(('-' if name['kind'] == 'short' else '--') + name['name'])}\fR"
        for name in sorted(argument.get("names", []), key=lambda name: name["kind"] != "short")
    )
    return said if argument["kind"] == "flag" else rf"{said} \fI{escaped(value)}\fR"


def paragraphs(text: str) -> str:
    """Paragraphs are filled, but those of several lines, which are examples."""
    parts = [part.strip("\n") for part in text.split("\n\n") if part.strip()]
    return "\n.PP\n".join(
        f".nf\n{escaped(part)}\n.fi" if "\n" in part else escaped(part.strip()) for part in parts
    )


def escaped(text: str) -> str:
    text = text.replace("\\", r"\e").replace("-", r"\-")
    return "\n".join(r"\&" + line if line[:1] in ".'" else line for line in text.splitlines())


if __name__ == "__main__":
    main()
