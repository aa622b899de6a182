"""Times snn-analyze against peers, in turn on one machine, and writes a table of ratios.

A peer is timed warm: imports, compilation and reading are left out. snn-analyze is timed as a whole
process: start, reading, loss, perplexity and slope at every temperature, writing. Each figure is a
median; a ratio is that of two medians of runs made in turn.

The parts are peers, widths, shapes, inputs, checkpoints, time, growth and small; `--only widths,time` measures
these anew and keeps what Reports/performance has of the others, where it is of the same processor.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import h5py
import numpy as np
import peers
import stages

OUTPUT = Path("Reports/performance")
SHAPES = OUTPUT / "shapes.json"
GRID = (1e-3, 1e3)
GZIP = {"compression": "gzip", "compression_opts": 4}
INSTRUCTION_SETS = ("avx512", "avx2") if platform.machine() == "x86_64" else ("neon",)


def write_layers(path: Path, count: int, features: int, layers: int = 1) -> None:
    """A float32 contiguous file of Gaussian classes."""
    generator = np.random.default_rng(0)
    labels = generator.integers(0, 10, count)
    with h5py.File(path, "w") as file:
        file["labels"] = labels
        for layer in range(layers):
            centers = generator.normal(size=(10, features)) * 0.5
            rows = file.create_dataset(f"layer{layer}", (count, features), np.float32)
            # A block at a time: the widest layer is 2 GB.
            for start in range(0, count, 1_000):
                own = labels[start:start + 1_000]
                rows[start:start + 1_000] = centers[own] + generator.normal(size=(len(own), features))


def layer_file(folder: Path, count: int, features: int) -> Path:
    """The file of one layer of this shape, written once."""
    file = folder / f"{count}x{features}.h5"
    if not file.exists():
        write_layers(file, count, features)
    return file


def copy_layers(plain: Path, to: Path, kind: type, options: dict) -> None:
    """The same values as another type, or packed."""
    with h5py.File(plain) as source, h5py.File(to, "w") as target:
        target["labels"] = source["labels"][:]
        target.create_dataset("layer0", data=source["layer0"][:].astype(kind), **options)


class Unavailable(Exception):
    """An instruction set that this machine does not have."""


class Launcher:
    """Starts commands from a small process of its own.

    A process begins with the peak memory of the one that started it, which here holds the peers.
    """

    PROGRAM = """
import json, os, subprocess, sys, time
for line in sys.stdin:
    start = time.perf_counter()
    process = subprocess.Popen(json.loads(line), stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = status
    print(json.dumps([time.perf_counter() - start, status, usage.ru_maxrss * 1024,
                      usage.ru_utime + usage.ru_stime]), flush=True)
"""

    def __init__(self):
        self.process = subprocess.Popen(
            [sys.executable, "-c", self.PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            text=True)

    def __call__(self, call: list[str]) -> tuple[float, int, float]:
        """Seconds, peak bytes and CPU seconds of a command; the program ends where it fails."""
        print(json.dumps(call), file=self.process.stdin, flush=True)
        seconds, status, peak, busy = json.loads(self.process.stdout.readline())
        if status != 0 and "--instruction-set" in call:
            raise Unavailable
        if status != 0:
            sys.exit(f"{' '.join(call)} ended with {status}")
        return seconds, peak, busy


LAUNCH = Launcher()


class Ours:
    """The command on one file; seconds, peak memory and the curve of the last run."""

    def __init__(self, command: str, file: Path, temperatures: int, threads: int | None = None,
                 options: list[str] = []):
        grid = f"{GRID[0]}:{GRID[1]}:{temperatures}" if temperatures > 1 else "0.1"
        self.output = Path(tempfile.mkdtemp())
        self.call = [command, str(file), "--compute", "curve", "--relative-temperatures", grid]
        self.call += ["--no-cache", "--formats", "json", "--quiet", "--output", str(self.output)]
        self.call += ["--threads", str(threads)] if threads else []
        self.call += options
        self.peak = 0

    def __call__(self) -> float:
        seconds, self.peak, _ = LAUNCH(self.call)
        return seconds

    def cpu(self) -> float:
        """CPU seconds."""
        return LAUNCH(self.call)[2]

    def curve(self) -> np.ndarray:
        report = json.loads((self.output / "report.json").read_text())
        return np.array([p["loss"] for p in report["checkpoints"][0]["layers"][0]["curve"]])


def in_turn(*runs, repeats: int) -> list[float]:
    """Medians of several callables that return seconds, run one after the other, again and again."""
    times = [[run() for run in runs] for _ in range(repeats)]
    return [statistics.median(column) for column in zip(*times)]


def timed(function, *arguments):
    """A callable that returns the seconds a call takes and keeps its result."""

    def run() -> float:
        start = time.perf_counter()
        run.result = function(*arguments)
        return time.perf_counter() - start

    return run


def compare(command: str, folder: Path, count: int, features: int, temperatures: int,
            names: list[str], repeats: int) -> list[dict]:
    """One row a peer on one shape and number of temperatures."""
    file = layer_file(folder, count, features)
    with h5py.File(file) as source:
        x, y = source["layer0"][:], source["labels"][:]
    mean = 2 * x.astype(np.float64).var(0, ddof=1).sum()
    t = (np.geomspace(*GRID, temperatures) if temperatures > 1 else np.array([0.1])) * mean
    rows = []
    for name in names:
        try:
            peer = timed(PEERS[name](), x, y, t)
            once = name == "PyTorch N x N"
            if not once:
                peer()
        except ImportError as error:
            print(f"{name}: {error}", file=sys.stderr)
            continue
        ours = Ours(command, file, temperatures)
        theirs, mine = in_turn(peer, ours, repeats=1 if once else repeats)
        with np.errstate(all="ignore"):
            difference = np.abs(peer.result - ours.curve()) / np.maximum(ours.curve(), 1e-12)
        rows.append({
            "samples": count, "features": features, "temperatures": temperatures, "peer": name,
            "peerSeconds": theirs, "seconds": mine, "ratio": theirs / mine, "peakBytes": ours.peak,
            "largestRelativeDifference":
                float(difference[np.isfinite(difference)].max(initial=0)),
            "peerNotFinite": int((~np.isfinite(peer.result)).sum()),
        })
        print("{samples:6d} x {features:<5d} T={temperatures:<3d} {peer:22s} {peerSeconds:8.2f} s"
              "  ours {seconds:7.3f} s  ratio {ratio:6.1f}".format(**rows[-1]), flush=True)
    return rows


def symmetric_product(command: str, folder: Path, repeats: int) -> dict:
    """One temperature against OpenBLAS ssyrk on the same shape, both as N^2 D operations a second."""
    from scipy.linalg.blas import ssyrk

    count, features = 10_000, 2048
    file = layer_file(folder, count, features)
    with h5py.File(file) as source:
        x = np.asfortranarray(source["layer0"][:].T)
    product = timed(ssyrk, 1.0, x, 0.0, None, 1)
    product()
    theirs, mine = in_turn(product, Ours(command, file, 1), repeats=repeats)
    operations = count * count * features
    row = {"ssyrkGigaflops": operations / theirs / 1e9, "gigaflops": operations / mine / 1e9}
    print("ssyrk {ssyrkGigaflops:.0f} GFLOP/s, the whole command {gigaflops:.0f}".format(**row))
    return row


def growth(command: str, folder: Path, repeats: int) -> list[dict]:
    """Times over the number of samples."""
    rows = []
    for count in (5_000, 10_000, 20_000, 40_000):
        run = Ours(command, layer_file(folder, count, 512), 64)
        (seconds,) = in_turn(run, repeats=repeats if count < 40_000 else 2)
        rows.append(
            {"samples": count, "seconds": seconds, "peakBytes": run.peak, "inputBytes": count * 2048})
        print(f"growth: N = {count}: {seconds:.2f} s, {run.peak >> 20} MiB", flush=True)
    return rows


def small(command: str, folder: Path, repeats: int) -> dict:
    """Ratios of our own: temperatures, by instruction set, many small layers on two threads."""
    result: dict = {"temperatures": []}
    for features in (512, 2048):
        for instructions in INSTRUCTION_SETS:
            file = layer_file(folder, 10_000, features)
            options = ["--instruction-set", instructions]
            runs = [Ours(command, file, count, options=options) for count in (64, 1)]
            try:
                many, one = in_turn(*(run.cpu for run in runs), repeats=repeats)
            except Unavailable:
                continue
            result["temperatures"].append(
                {"features": features, "instructionSet": instructions, "ratio64to1": many / one})
    file = folder / "small.h5"
    write_layers(file, 1_000, 256, layers=200)
    alone, both = in_turn(
        Ours(command, file, 64, threads=1), Ours(command, file, 64, threads=2), repeats=repeats)
    result["smallLayersTwoThreads"] = alone / both
    file.unlink()
    tiny = folder / "tiny.h5"
    write_layers(tiny, 20, 4)
    (result["fixedSeconds"],) = in_turn(Ours(command, tiny, 64), repeats=repeats * 2)
    # The ten nearest of all pairs, the other reduction on the same pass.
    file = layer_file(folder, 10_000, 512)
    nearest = ["neighbors", str(file), "-k", "10", "--formats", "text", "--quiet"]
    nearest += ["--output", tempfile.mkdtemp()]
    one, ten = in_turn(
        Ours(command, file, 1), lambda: LAUNCH([command, *nearest])[0], repeats=repeats)
    result["tenNearestToOneTemperature"] = ten / one
    print(json.dumps(result), flush=True)
    return result


def whole(command: str, file: Path, options: list[str] = []) -> dict:
    """Times and memory of a run as it comes."""
    call = [command, str(file), *options, "--no-cache", "--quiet", "--output", tempfile.mkdtemp()]
    seconds, peak, busy = LAUNCH(call)
    return {"seconds": seconds, "cpuSeconds": busy, "peakBytes": peak}


def medians(runs: list[dict]) -> dict:
    return {key: statistics.median(run[key] for run in runs) for key in runs[0]}


def inputs(command: str, folder: Path, repeats: int) -> list[dict]:
    """A run as it comes over the same values, kept in several ways."""
    plain = layer_file(folder, 10_000, 512)
    kinds = [("float32", plain, [])]
    for name, kind, options in (
            ("float32, gzip", np.float32, GZIP), ("float16", np.float16, {}),
            ("float16, gzip", np.float16, GZIP)):
        kinds.append((name, folder / f"input{len(kinds)}.h5", []))
        copy_layers(plain, kinds[-1][1], kind, options)
    kinds.append(("float32, --distance cosine", plain, ["--distance", "cosine"]))
    times = [[whole(command, file, options) for _, file, options in kinds] for _ in range(repeats)]
    rows = []
    for index, (name, file, _) in enumerate(kinds):
        rows.append({"input": name, "fileBytes": file.stat().st_size,
                     **medians([run[index] for run in times])})
        print("{input:28s} {seconds:6.2f} s  {cpuSeconds:6.2f} s of CPU".format(**rows[-1]),
              flush=True)
    return rows


def checkpoints(command: str, folder: Path, repeats: int, layers: int = 24, steps: int = 10) -> list[dict]:
    """24 layers at ten checkpoints of 2,000 samples of 768 features: beside the same values as they
    lie in memory, what a file costs of float16 and gzip."""
    count, features = 2_000, 768
    rows = []
    for name, kind, options in (
            ("float32", np.float32, {}), ("float16, gzip", np.float16, {**GZIP, "chunks": (250, 768)})):
        file = folder / "checkpoints.h5"
        generator = np.random.default_rng(0)
        labels = generator.integers(0, 10, count)
        with h5py.File(file, "w") as target:
            target["labels"] = labels
            for step in range(steps):
                for layer in range(layers):
                    centers = generator.standard_normal((10, features), np.float32) / 2
                    values = centers[labels] + generator.standard_normal((count, features), np.float32)
                    # Rectified, and of the digits that both files hold.
                    values = np.maximum(values, 0).astype(np.float16).astype(kind)
                    target.create_dataset(
                        f"epoch_{step:02d}/layer{layer:02d}", data=values, **options)
        row = {"input": name, "fileBytes": file.stat().st_size}
        for key, compute in (("curve", ["--compute", "curve"]), ("default", [])):
            row[key] = medians([whole(command, file, compute) for _ in range(min(repeats, 2))])
        rows.append(row)
        print(f"checkpoints, {name}: curve {row['curve']['seconds']:.1f} s, "
              f"default {row['default']['seconds']:.1f} s", flush=True)
        file.unlink()
    return rows


def time_spent(command: str, folder: Path, repeats: int) -> list[dict]:
    """Where the time of a run goes, by the functions that the processor is found in."""
    rows = []
    gzipped = folder / "time.h5"
    copy_layers(layer_file(folder, 10_000, 512), gzipped, np.float16, GZIP)
    for name, file in (
            ("1,000 × 512", layer_file(folder, 1_000, 512)),
            ("10,000 × 64", layer_file(folder, 10_000, 64)),
            ("10,000 × 512", layer_file(folder, 10_000, 512)),
            ("10,000 × 512, float16, gzip", gzipped),
            ("10,000 × 2,048", layer_file(folder, 10_000, 2_048)),
            ("1,000 × 50,176", layer_file(folder, 1_000, 50_176))):
        spent = stages.shares([command, str(file), "--no-cache", "--quiet",
                               "--output", tempfile.mkdtemp()])
        if spent is None:
            print("Where the time goes is left out: it takes perf.", file=sys.stderr)
            return []
        rows.append({"run": name, **spent})
        print(name, {key: round(value, 3) for key, value in spent.items()}, flush=True)
    return rows


def widths(command: str, folder: Path, repeats: int) -> list[dict]:
    """CPU seconds of a run as it comes and of its curve alone, over the number of features."""
    rows = []
    for count in (1_000, 10_000):
        for features in (64, 512, 2_048, 8_192, 50_176):
            file = layer_file(folder, count, features)
            peak = 0

            def busy(options: list[str]) -> float:
                nonlocal peak
                call = [command, str(file), *options, "--no-cache", "--formats", "json", "--quiet"]
                _, bytes_, seconds = LAUNCH([*call, "--output", tempfile.mkdtemp()])
                peak = max(peak, bytes_)
                return seconds

            once = count * features > 1 << 26
            curve, whole = in_turn(
                lambda: busy(["--compute", "curve"]), lambda: busy([]),
                repeats=1 if once else repeats)
            rows.append({"samples": count, "features": features, "curveSeconds": curve,
                         "defaultSeconds": whole, "ratio": whole / curve, "peakBytes": peak})
            print("{samples:6d} x {features:<6d} curve {curveSeconds:7.2f} s  default "
                  "{defaultSeconds:7.2f} s  ratio {ratio:4.1f}".format(**rows[-1]), flush=True)
            if once:
                file.unlink()
    return rows


PEERS = {
    "NumPy, OpenBLAS": lambda: peers.numpy_blocked,
    "JAX": lambda: peers.jax_chunked(one_shift=False),
    "JAX, one shift": lambda: peers.jax_chunked(one_shift=True),
    "PyTorch N x N": lambda: __import__("torch") and peers.torch_square,
}


def processor() -> str:
    """The processor's name, without the machine's."""
    for line in Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []:
        if line.startswith("model name"):
            return line.split(":")[1].strip()
    return platform.processor()


def table(report: dict) -> str:
    """The ratios as Markdown."""
    lines = ["| N × D | temperatures | peer | peer | snn-analyze | ratio | peak memory |",
             "|---|---|---|---|---|---|---|"]
    for row in report.get("peers", []):
        note = f" ({row['peerNotFinite']} of its values not finite)" if row["peerNotFinite"] else ""
        lines.append(
            f"| {row['samples']:,} × {row['features']} | {row['temperatures']} | {row['peer']}{note} | "
            f"{row['peerSeconds']:.2f} s | {row['seconds']:.2f} s | **{row['ratio']:.1f}** | "
            f"{row['peakBytes'] >> 20} MiB |")
    return "\n".join(lines) + "\n"


def page(report: dict) -> str:
    """What was measured, for a reader."""
    text = f"""# Times beside other tools

`Scripts/bench` on {report['processor'] or 'a machine'} with {report['cores']} cores, medians of
{report['repeats']} runs made in turn. A peer is timed warm: imports, compilation and reading are left
out. snn-analyze is the whole process: start, reading, loss, perplexity and slope at every temperature,
writing. All go over all pairs. One shift for both sums is infinite at cold temperatures; the N × N
form adds 1e-5 within the logarithm, as the public implementations do.

{table(report)}"""
    product = report.get("symmetricProduct")
    if product:
        text += f"""
At 10,000 × 2048 and one temperature the whole command works at
{product['gigaflops'] / product['ssyrkGigaflops']:.0%} of the rate of OpenBLAS's `ssyrk` alone
(N²·D operations a second).
"""
    for part in (widths_text, shapes_text, inputs_text, checkpoints_text, time_text, growth_text, small_text):
        text += part(report)
    return text


def rows_of(head: str, rows: list[str]) -> str:
    return head + "\n|" + "---|" * (head.count("|") - 1) + "\n" + "\n".join(rows) + "\n"


def widths_text(report: dict) -> str:
    if not report.get("widths"):
        return ""
    return """
## Over the number of features

CPU seconds of both cores, whole process, `--compute curve` and a run without options, which adds the
matched perplexity, the minimum, classes, intervals and the map.

""" + rows_of("| N × D | curve | default | ratio | peak memory |", [
        f"| {row['samples']:,} × {row['features']:,} | {row['curveSeconds']:.2f} s | "
        f"{row['defaultSeconds']:.2f} s | {row['ratio']:.1f} | {row['peakBytes'] >> 20} MiB |"
        for row in report["widths"]])


def shapes(command: str, folder: Path, repeats: int) -> str:
    """The same over kinds of data: a program of its own, which keeps its rows."""
    subprocess.run([sys.executable, str(Path(__file__).parent / "bench-shapes.py"),
                    "--repeats", "1", "--json", str(SHAPES)], check=True)
    return processor()


def shapes_text(report: dict) -> str:
    if report.get("shapes") != report["processor"] or not SHAPES.exists():
        return ""
    rows = json.loads(SHAPES.read_text())
    kinds = list(dict.fromkeys(row["kind"] for row in rows))
    cells: dict = {}
    for row in rows:
        cells.setdefault((row["samples"], row["features"]), {})[row["kind"]] = row
    text = """
## Over kinds of data

CPU seconds of `--compute curve`, and how many times as many a run without options takes: noise; class
clusters; rectified, of rank 60; clusters with a feature that is a thousand times as large in one sample
of twenty; classes a thousandth as wide as they are apart; clusters at 100,000.

"""
    return text + rows_of("| N × D | " + " | ".join(kinds) + " |", [
        f"| {shape[0]:,} × {shape[1]:,} | " + " | ".join(
            f"{found[kind]['curve']:.2f} s × {found[kind]['ratio']:.1f}" if kind in found else ""
            for kind in kinds) + " |" for shape, found in sorted(cells.items())])


def inputs_text(report: dict) -> str:
    if not report.get("inputs"):
        return ""
    return """
## Over what the file holds

10,000 × 512, a run without options, all figures written.

""" + rows_of("| values | file | time | CPU | peak memory |", [
        f"| {row['input']} | {row['fileBytes'] / 1e6:.0f} MB | {row['seconds']:.2f} s | "
        f"{row['cpuSeconds']:.2f} s | {row['peakBytes'] >> 20} MiB |" for row in report["inputs"]])


def checkpoints_text(report: dict) -> str:
    rows = report.get("checkpoints")
    if not rows:
        return ""
    ratio = rows[1]["default"]["seconds"] / rows[0]["default"]["seconds"]
    return """
## Many small layers

24 layers at ten checkpoints, 2,000 × 768 each, all figures written.

""" + rows_of("| values | file | curve | default | peak memory |", [
        f"| {row['input']} | {row['fileBytes'] / 1e6:.0f} MB | {row['curve']['seconds']:.1f} s | "
        f"{row['default']['seconds']:.1f} s | {int(row['default']['peakBytes']) >> 20} MiB |"
        for row in rows]) + f"""
The packed file takes {ratio:.2f} times as long as the one that is read as it lies: while one thread
unpacks a layer, the others compute theirs.
"""


def time_text(report: dict) -> str:
    if not report.get("time"):
        return ""
    return """
## Where the time goes

Shares of the CPU time of a run without options, by the function that the processor is found in.

""" + rows_of("| N × D | CPU | " + " | ".join(stages.NAMES) + " |", [
        f"| {row['run']} | {row['cpuSeconds']:.2f} s | "
        + " | ".join(f"{row[name]:.0%}" for name in stages.NAMES) + " |" for row in report["time"]])


def growth_text(report: dict) -> str:
    rows = report.get("growth")
    if not rows:
        return ""
    return """
## Over the number of samples

""" + rows_of("| N × 512, 64 temperatures | time | peak memory |", [
        f"| {row['samples']:,} | {row['seconds']:.2f} s | {row['peakBytes'] >> 20} MiB |"
        for row in rows]) + f"""
![Time over the number of samples, beside its square](growth.svg)

{rows[-1]['samples'] / rows[0]['samples']:.0f} times the samples take
{rows[-1]['seconds'] / rows[0]['seconds']:.0f} times as long.
"""


def small_text(report: dict) -> str:
    found = report.get("small")
    if not found:
        return ""
    ratios = "\n".join(
        f"- 64 temperatures take {row['ratio64to1']:.2f} times the CPU of one at D = {row['features']} "
        f"(`--instruction-set {row['instructionSet']}`)." for row in found["temperatures"])
    return f"""
## Ratios

{ratios}
- 200 layers of 1,000 × 256 are {found['smallLayersTwoThreads']:.1f} times as fast on two threads as on
  one.
- A file of 20 samples takes {found['fixedSeconds'] * 1000:.0f} ms.
- `neighbors -k 10`, exact to the last tie, takes {found['tenNearestToOneTemperature']:.1f} times as long
  as one temperature.
"""


def growth_figure(command: str, growth: list[dict]) -> None:
    """Time over the number of samples beside N squared, drawn by the command's own charts."""
    first = growth[0]
    with (OUTPUT / "growth.csv").open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["samples", "seconds", "series"])
        for row in growth:
            writer.writerow([row["samples"], round(row["seconds"], 3), "measured"])
        for row in growth:
            square = first["seconds"] * (row["samples"] / first["samples"]) ** 2
            writer.writerow([row["samples"], round(square, 3), "as the square"])
    subprocess.run(
        [command, "chart", str(OUTPUT / "growth.csv"), "--x", "samples", "--y", "seconds",
         "--series", "series", "--x-label", "Samples", "--y-label", "Whole command (s)",
         "--title", "64 temperatures of a layer with 512 features", "--logarithmic",
         "-o", str(OUTPUT / "growth.svg")], check=True)


def measured_peers(options: argparse.Namespace, folder: Path) -> dict:
    fast = ["NumPy, OpenBLAS", "JAX", "JAX, one shift"]
    shapes = [(10_000, 512, 64, fast + ([] if options.quick else ["PyTorch N x N"])),
              (10_000, 512, 1, fast), (10_000, 64, 64, fast[:1]), (1_000, 8_192, 1, fast[:2]),
              (1_000, 50_176, 1, fast[:2])]
    rows = []
    for count, features, temperatures, names in shapes:
        rows += compare(options.command, folder, count, features, temperatures, names,
                        options.repeats)
    return {"peers": rows,
            "symmetricProduct": symmetric_product(options.command, folder, options.repeats)}


PARTS = {"widths": widths, "shapes": shapes, "inputs": inputs, "checkpoints": checkpoints, "time": time_spent,
         "growth": growth, "small": small}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("command")
    parser.add_argument("--quick", action="store_true", help="without the slow peers and large layers")
    parser.add_argument("--only", default="", help="a list of parts")
    parser.add_argument("--repeats", type=int, default=5)
    options = parser.parse_args()
    asked = options.only.split(",") if options.only else ["peers", *([] if options.quick else PARTS)]
    if unknown := set(asked) - {"peers", *PARTS}:
        sys.exit(f"there is no part {', '.join(sorted(unknown))}: {', '.join(['peers', *PARTS])}")
    folder = Path(tempfile.mkdtemp())
    head = {"schema": "snn-analyze/performance/1", "processor": processor(),
            "cores": len(os.sched_getaffinity(0)), "repeats": options.repeats}
    written = OUTPUT / "performance.json"
    before = json.loads(written.read_text()) if options.only and written.exists() else {}
    if any(before.get(key) != head[key] for key in ("schema", "processor", "cores")):
        before = {}
    report = {**head, **{key: before[key] for key in before if key not in head}}
    if "peers" in asked:
        report |= measured_peers(options, folder)
    for part in PARTS:
        if part in asked:
            report[part] = PARTS[part](options.command, folder, options.repeats)
    OUTPUT.mkdir(parents=True, exist_ok=True)
    if "growth" in asked:
        growth_figure(options.command, report["growth"])
    written.write_text(json.dumps(report, indent=2) + "\n")
    (OUTPUT / "performance.md").write_text(page(report))
    shutil.rmtree(folder)
    print(table(report))


if __name__ == "__main__":
    main()
