"""How long divided runs take on many nodes: a simulation from rates that are measured here.

    .build/peers/bin/python Scripts/benchmarks/beyond-one-machine.py .build/release/snn-analyze
    python3 Scripts/benchmarks/beyond-one-machine.py --rates 34,74,67,176

(`Scripts/bench` makes the environment; the second way takes rates that were measured before: of 512
features the curve and a report, then of 2,048 features.)

Measured: nanoseconds a pair of samples on one core (the curve alone, and all that a report computes),
the start of a process that finds its shard done, and what writing and reading a unit takes. Assumed,
and printed: the cores of a node and how well they are used, what a node and all nodes together read in
a second, how far the costs of layers scatter. The first table is of whole layers, which is what `plan`
divides; the second of one layer split into tiles, which is not built, to tell where that would pay.
"""

import pathlib
import random
import subprocess
import sys
import tempfile
import time

CORES, SHARE = 64, 0.8  # of a node; the share of them that a pass keeps busy
NODE_READS, ALL_READ = 1.5e9, 10e9  # bytes a second
SCATTER = 0.2  # the costs of layers differ by so much either way
STAGE, ROUNDS = 5.0, 4  # seconds between rounds of a split layer, and how many there are
NODES = [1, 4, 16, 64, 256, 1024]
SAMPLES = 8192


def seconds(*words):
    start = time.monotonic()
    subprocess.run([*map(str, words)], check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - start


def write(path, samples, features, layers=1):
    import h5py
    import numpy

    generator = numpy.random.default_rng(1)
    labels = generator.integers(0, 10, samples)
    with h5py.File(path, "w") as file:
        file["labels"] = labels
        for layer in range(layers):
            values = generator.normal(size=(samples, features)) + 0.1 * labels[:, None]
            file[f"layer{layer}"] = values.astype("float32")


def pair_rate(snn, folder, features, *options):
    """Nanoseconds a pair on one core: from two sizes, so that start and reading fall out."""
    times = []
    for samples in (SAMPLES // 2, SAMPLES):
        path = folder / f"{samples}-{features}.h5"
        if not path.exists():
            write(path, samples, features)
        words = [snn, path, "--threads", 1, "--no-cache", "--quiet", "--formats", "json"]
        runs = [seconds(*words, "-o", folder / "out", *options) for _ in range(3)]
        times.append(min(runs))
    pairs = SAMPLES**2 / 2 - (SAMPLES // 2) ** 2 / 2
    return (times[1] - times[0]) / pairs * 1e9


def unit_rates(snn, folder):
    """Seconds of a process whose shard is done, bytes of a unit a sample, and MB/s of merging them."""
    path = folder / "units.h5"
    write(path, 4000, 16, layers=8)
    run = folder / "run"
    subprocess.run(
        [snn, "plan", path, "--shards", "1", "-o", run, "--even-if-small", "--quiet"], check=True)
    seconds(snn, "work", run, "--shard", 0, "--quiet")
    start = min(seconds(snn, "work", run, "--shard", 0, "--quiet") for _ in range(5))
    size = sum(unit.stat().st_size for unit in (run / "units").iterdir())
    merge = min(
        seconds(snn, "merge", run, "-o", folder / "merged", "--quiet", "--formats", "json")
        for _ in range(3))
    return start, size / 8 / 4000, size / max(merge, 1e-3)


def whole_layers(nodes, layers, samples, features, rates, start):
    """Layers to shards as `plan` does, several shards a node; every shard goes to the next free node."""
    generator = random.Random(1)
    cost = rates["report"][features] * 1e-9 * samples**2 / 2 / (CORES * SHARE)
    size = 4.0 * samples * features
    read = size / min(NODE_READS, ALL_READ / min(nodes, layers))
    shards = [[] for _ in range(min(4 * nodes, layers))]
    for layer in range(layers):
        shards[layer % len(shards)].append(
            cost * generator.uniform(1 - SCATTER, 1 + SCATTER) + read)
    free = [0.0] * nodes
    for shard in shards:
        node = min(range(nodes), key=free.__getitem__)
        free[node] += start + sum(shard)
    return max(free)


def split_layer(nodes, samples, features, rates):
    """One layer, in rounds of tiles: if it were split."""
    pairs = samples**2 / 2
    work = rates["report"][features] * 1e-9 * pairs / (nodes * CORES * SHARE)
    size = 4.0 * samples * features
    if nodes == 1:
        return work + size / NODE_READS
    # Every tile reads both of its sides; a node has its share of them.
    side = 32768
    tiles = max((samples / side) ** 2 / 2, 1)
    used = min(nodes, tiles)
    read = ROUNDS * 2 * side * 4.0 * features * tiles / min(used * NODE_READS, ALL_READ)
    return work * nodes / used + read + (ROUNDS + 1) * STAGE


def text(value):
    if value < 100:
        return f"{value:.0f} s"
    if value < 100 * 60:
        return f"{value / 60:.0f} min"
    return f"{value / 3600:.1f} h"


def table(title, rows):
    print(f"\n{title}\n")
    print("| | " + " | ".join(f"{n:,} node" + ("s" if n > 1 else "") for n in NODES) + " | half |")
    print("|---|" + "---|" * (len(NODES) + 1))
    for name, function in rows:
        one = function(1)
        cells = [text(function(n)) for n in NODES]
        half = next((n for n in range(1, 2048) if one / function(n) < n / 2), None)
        print(f"| {name} | " + " | ".join(cells) + f" | {half or 'beyond 2,047'} |")


def main():
    if sys.argv[1] == "--rates":
        known = [float(rate) for rate in sys.argv[2].split(",")]
        rates = {
            "curve": {512: known[0], 2048: known[2]}, "report": {512: known[1], 2048: known[3]}}
        start, unit_size, merged = 0.1, None, None
    else:
        snn = pathlib.Path(sys.argv[1]).resolve()
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            rates = {
                kind: {d: pair_rate(snn, folder, d, *options) for d in (512, 2048)}
                for kind, options in (("curve", ["--compute", "curve"]), ("report", []))
            }
            start, unit_size, merged = unit_rates(snn, folder)
    print("Rates of one core:")
    for features in (512, 2048):
        print(
            f"- {features} features: {rates['curve'][features]:.0f} ns a pair for the curve, "
            f"{rates['report'][features]:.0f} ns for a report")
    print(f"- a process whose shard is done: {start:.2f} s")
    if unit_size:
        print(f"- a unit: {unit_size:.0f} bytes a sample; merging: {merged / 1e6:.0f} MB/s of units")
    print(
        f"\nAssumed: {CORES} cores a node, {SHARE:.0%} of them busy; {NODE_READS / 1e9} GB/s read by a "
        f"node, {ALL_READ / 1e9:.0f} GB/s by all; costs of layers scatter by {SCATTER:.0%}.")
    table(
        "Whole layers (half: the number of nodes at which half of their time is lost)",
        [
            (f"{layers:,} × {samples:,} × {features:,}",
             lambda n, a=layers, b=samples, c=features: whole_layers(n, a, b, c, rates, start))
            for layers, samples, features in [
                (60, 10_000, 512), (60, 100_000, 2048), (2400, 100_000, 2048),
                (24, 1_000_000, 512),
            ]
        ])
    table(
        "One layer, if it were split (not built)",
        [
            (f"{samples:,} × {features:,}",
             lambda n, b=samples, c=features: split_layer(n, b, c, rates))
            for samples, features in [
                (100_000, 2048), (1_000_000, 512), (1_000_000, 2048), (10_000_000, 2048),
            ]
        ])


main()
