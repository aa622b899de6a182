"""Times snn-analyze against peers, in turn on one machine, and writes a table of ratios.

A peer is timed warm: imports, compilation and reading are left out. snn-analyze is timed as a whole
process: start, reading, loss, perplexity and slope at every temperature, writing. Each figure is a
median; a ratio is that of two medians of runs made in turn.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import h5py
import numpy as np
import peers

OUTPUT = Path("Reports/performance")
GRID = (1e-3, 1e3)


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
        if status != 0:
            sys.exit(f"{' '.join(call)} ended with {status}")
        return seconds, peak, busy


LAUNCH = Launcher()


class Ours:
    """The command on one file; seconds, peak memory and the curve of the last run."""

    def __init__(self, command: str, file: Path, temperatures: int, threads: int | None = None):
        grid = f"{GRID[0]}:{GRID[1]}:{temperatures}" if temperatures > 1 else "0.1"
        self.output = Path(tempfile.mkdtemp())
        self.call = [command, str(file), "--compute", "curve", "--relative-temperatures", grid]
        self.call += ["--no-cache", "--formats", "json", "--quiet", "--output", str(self.output)]
        self.call += ["--threads", str(threads)] if threads else []
        self.peak = 0

    def __call__(self) -> float:
        seconds, self.peak, _ = LAUNCH(self.call)
        return seconds

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
    file = folder / f"{count}x{features}.h5"
    if not file.exists():
        write_layers(file, count, features)
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
    file = folder / f"{count}x{features}.h5"
    if not file.exists():
        write_layers(file, count, features)
    with h5py.File(file) as source:
        x = np.asfortranarray(source["layer0"][:].T)
    product = timed(ssyrk, 1.0, x, 0.0, None, 1)
    product()
    theirs, mine = in_turn(product, Ours(command, file, 1), repeats=repeats)
    operations = count * count * features
    row = {"ssyrkGigaflops": operations / theirs / 1e9, "gigaflops": operations / mine / 1e9}
    print("ssyrk {ssyrkGigaflops:.0f} GFLOP/s, the whole command {gigaflops:.0f}".format(**row))
    return row


def own(command: str, folder: Path, repeats: int) -> dict:
    """Our own ratios: temperatures, growth with N, many small layers on two threads."""
    result: dict = {"temperatures": [], "growth": []}
    result["widths"] = widths(command, folder, repeats)
    for features in (512, 2048):
        file = folder / f"10000x{features}.h5"
        if not file.exists():
            write_layers(file, 10_000, features)
        many, one = in_turn(Ours(command, file, 64), Ours(command, file, 1), repeats=repeats)
        result["temperatures"].append({"features": features, "ratio64to1": many / one})
    for count in (5_000, 10_000, 20_000, 40_000):
        file = folder / f"{count}x512.h5"
        if not file.exists():
            write_layers(file, count, 512)
        run = Ours(command, file, 64)
        (seconds,) = in_turn(run, repeats=repeats if count < 40_000 else 2)
        result["growth"].append(
            {"samples": count, "seconds": seconds, "peakBytes": run.peak, "inputBytes": count * 2048})
        print(f"growth: N = {count}: {seconds:.2f} s, {run.peak >> 20} MiB", flush=True)
    file = folder / "small.h5"
    write_layers(file, 1_000, 256, layers=200)
    alone, both = in_turn(
        Ours(command, file, 64, threads=1), Ours(command, file, 64, threads=2), repeats=repeats)
    result["smallLayersTwoThreads"] = alone / both
    tiny = folder / "tiny.h5"
    write_layers(tiny, 20, 4)
    (result["fixedSeconds"],) = in_turn(Ours(command, tiny, 64), repeats=repeats * 2)
    # The ten nearest of all pairs, the other reduction on the same pass.
    file = folder / "10000x512.h5"
    nearest = ["neighbors", str(file), "-k", "10", "--formats", "text", "--quiet"]
    nearest += ["--output", tempfile.mkdtemp()]
    one, ten = in_turn(
        Ours(command, file, 1), lambda: LAUNCH([command, *nearest])[0], repeats=repeats)
    result["tenNearestToOneTemperature"] = ten / one
    print(json.dumps({k: v for k, v in result.items() if k not in ("growth", "widths")}))
    return result


def widths(command: str, folder: Path, repeats: int) -> list[dict]:
    """CPU seconds of a run as it comes and of its curve alone, over the number of features."""
    rows = []
    for count in (1_000, 10_000):
        for features in (64, 512, 2_048, 8_192, 50_176):
            file = folder / f"{count}x{features}.h5"
            if not file.exists():
                write_layers(file, count, features)
            peak = 0

            def busy(options: list[str]) -> float:
                nonlocal peak
                call = [command, str(file), *options, "--no-cache", "--formats", "json", "--quiet"]
                _, bytes_, seconds = LAUNCH([*call, "--output", tempfile.mkdtemp()])
                peak = max(peak, bytes_)
                return seconds

            once = count * features > 1 << 27
            curve, whole = in_turn(
                lambda: busy(["--compute", "curve"]), lambda: busy([]),
                repeats=1 if once else repeats)
            rows.append({"samples": count, "features": features, "curveSeconds": curve,
                         "defaultSeconds": whole, "ratio": whole / curve, "peakBytes": peak})
            print("{samples:6d} x {features:<6d} curve {curveSeconds:7.2f} s  default "
                  "{defaultSeconds:7.2f} s  ratio {ratio:4.1f}".format(**rows[-1]), flush=True)
            if features > 8_192:
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
    for row in report["peers"]:
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
    product = report["symmetricProduct"]
    text += f"""
At 10,000 × 2048 and one temperature the whole command works at
{product['gigaflops'] / product['ssyrkGigaflops']:.0%} of the rate of OpenBLAS's `ssyrk` alone
(N²·D operations a second).
"""
    own_ = report.get("own")
    if not own_:
        return text
    text += """
CPU seconds of both cores, whole process, `--compute curve` and a run without options, which adds the
matched perplexity, the minimum, classes, intervals and the map:

| N × D | curve | default | ratio | peak memory |
|---|---|---|---|---|
"""
    for row in own_["widths"]:
        text += (f"| {row['samples']:,} × {row['features']:,} | {row['curveSeconds']:.2f} s | "
                 f"{row['defaultSeconds']:.2f} s | {row['ratio']:.1f} | "
                 f"{row['peakBytes'] >> 20} MiB |\n")
    growth = own_["growth"]
    text += "\n| N × 512, 64 temperatures | time | peak memory |\n|---|---|---|\n"
    for row in growth:
        text += f"| {row['samples']:,} | {row['seconds']:.2f} s | {row['peakBytes'] >> 20} MiB |\n"
    text += f"""
![Time over the number of samples, beside its square](growth.svg)

{growth[-1]['samples'] / growth[0]['samples']:.0f} times the samples take
{growth[-1]['seconds'] / growth[0]['seconds']:.0f} times as long. 64 temperatures take
"""
    ratios = [f"{r['ratio64to1']:.2f} times one at D = {r['features']}" for r in own_["temperatures"]]
    text += f"""{' and '.join(ratios)}; 200 layers of 1,000 × 256 are
{own_['smallLayersTwoThreads']:.1f} times as fast on two threads as on one; a file of 20 samples takes
{own_['fixedSeconds'] * 1000:.0f} ms. `neighbors -k 10`, exact to the last tie, takes
{own_['tenNearestToOneTemperature']:.1f} times as long as one temperature.
"""
    return text


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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("command")
    parser.add_argument("--quick", action="store_true", help="without the slow peers and large layers")
    parser.add_argument("--repeats", type=int, default=5)
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp())
    fast = ["NumPy, OpenBLAS", "JAX", "JAX, one shift"]
    shapes = [(10_000, 512, 64, fast + ([] if options.quick else ["PyTorch N x N"])),
              (10_000, 512, 1, fast), (10_000, 64, 64, fast[:1])]
    rows = []
    for count, features, temperatures, names in shapes:
        rows += compare(options.command, folder, count, features, temperatures, names,
                        options.repeats)
    report = {"schema": "snn-analyze/performance/1", "processor": processor(),
              "cores": len(os.sched_getaffinity(0)), "repeats": options.repeats,
              "peers": rows, "symmetricProduct":
                  symmetric_product(options.command, folder, options.repeats)}
    if not options.quick:
        report["own"] = own(options.command, folder, options.repeats)
    OUTPUT.mkdir(parents=True, exist_ok=True)
    if not options.quick:
        growth_figure(options.command, report["own"]["growth"])
    (OUTPUT / "performance.json").write_text(json.dumps(report, indent=2) + "\n")
    (OUTPUT / "performance.md").write_text(page(report))
    print(table(report))


if __name__ == "__main__":
    main()
