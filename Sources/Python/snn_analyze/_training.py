"""What the callbacks share: when to record, and the loss of what was recorded."""

from __future__ import annotations

import math
from typing import Any

from ._calls import analyze
from ._results import Report
from .record import Recorder


class Watch:
    """Records every so many epochs, and tells the loss of each layer then.

    Attributes:
        report: of the last checkpoint; None before the first.
    """

    def __init__(self, recorder: Recorder, every: int, options: dict[str, Any]) -> None:
        if every < 1:
            raise ValueError(f"every is {every}, but needs to be 1 or more")
        self.recorder = recorder
        self.every = every
        self.options = options
        self.report: Report | None = None

    def is_due(self, epoch: int) -> bool:
        return epoch % self.every == 0

    def losses(self, epoch: int) -> dict[str, float]:
        """The loss in nats at the matched perplexity of every layer that has one, as `snnl/LAYER`.

        The number to follow: it compares checkpoints at one size of neighborhood, where the minimum
        over T of a well separated layer ends at 0.
        """
        path, name = self.recorder.path, f"epoch_{epoch:03d}"
        if self.recorder.separate:
            path = path.with_name(f"{path.stem}_{name}.h5")
        report = analyze(
            path, checkpoints=name, compute="perplexity", progress=False, **self.options
        )
        self.report = report
        found = {}
        for layer in report.json["checkpoints"][0]["layers"]:
            loss = (layer.get("atPerplexity") or {}).get("loss")
            if loss is not None and math.isfinite(loss):
                found[f"snnl/{layer['name']}"] = loss
        return found
