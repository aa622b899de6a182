"""Where the CPU time of a run of snn-analyze goes, by `perf record`: the functions that the processor is
found in tell the stage. Needs Linux's perf; the kernel's own work counts with what asked for memory or a
file, and so stands apart.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from pathlib import Path

# The first that fits. Whatever is inlined counts with what it is inlined into.
STAGES = [
    ("reading", r"inflate|crc32|adler32|^H5|ActivationFiles|float16|shuffle"),
    ("preparing", r"snn_feature_means|snn_add_scatter|snn_pack|snn_largest_deviation|snn_lighten|"
                  r"snn_heavy|nonFinite|SamplePreparation"),
    ("distances", r"inner_products|tile_distances|exact_strip|exact_distance|exact_groups|expand|"
                  r"KeptDistances|resolve_near"),
    ("classes", r"absorb_classes|absorb_alone|absorb_relabelings|row_exponentials|relabel|reweigh|"
                r"absorb_partners|sum_run|^turn|snn_class_shares|ClassTotals|ClassPass|Jackknife|"
                r"PermutationPass|LayerTerms|AnchorTerms|mark_rectangle|read_doubts"),
    ("temperatures", r"absorb|add_row|row_gaps|SoftNeighborSums|SweepSummary|AnchorAlgebra|"
                     r"ElementaryFunctions|NeighborLimits|snn_"),
    ("figures and text", r"Charts|Reporting|Foundation|JSON|String|swift|Principal|SampleMap"),
]
NAMES = [name for name, _ in STAGES] + ["kernel", "rest"]


def stage(symbol: str, module: str) -> str:
    """The stage that a function belongs to."""
    if "kernel" in module:
        return "kernel"
    for name, pattern in STAGES:
        if re.search(pattern, symbol) or (name == "reading" and re.search("libhdf5|libz", module)):
            return name
    return "rest"


def shares(call: list[str]) -> dict | None:
    """The share of each stage, and the CPU seconds; None without perf."""
    if shutil.which("perf") is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "perf.data"
        record = ["perf", "record", "-q", "-e", "cpu-clock", "-F", "2000", "-o", str(data), "--", *call]
        if subprocess.run(record, capture_output=True).returncode != 0:
            return None
        lines = subprocess.run(
            ["perf", "script", "-i", str(data), "-F", "ip,sym,dso"], check=True, capture_output=True,
            text=True).stdout.splitlines()
    counts = dict.fromkeys(NAMES, 0)
    for line in lines:
        found = re.match(r"\s*[0-9a-f]+ (.*) \((.*)\)$", line)
        if found:
            counts[stage(found[1], found[2])] += 1
    total = max(sum(counts.values()), 1)
    return {"cpuSeconds": total / 2000, **{name: count / total for name, count in counts.items()}}
