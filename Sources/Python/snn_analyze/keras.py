"""Watches the entanglement of the layers while Keras trains.

    from snn_analyze import Recorder
    from snn_analyze.keras import EntanglementCallback

    watch = EntanglementCallback(Recorder("run.h5", y_test), x_test, every=5)
    model.fit(x, y, callbacks=[watch, keras.callbacks.TensorBoard("logs")])
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras

from ._training import Watch
from .record import Recorder, record_keras


class EntanglementCallback(keras.callbacks.Callback):
    """Records the layers every k epochs, and logs the loss of each as `snnl/LAYER`, in nats at the
    matched perplexity.

    The numbers are added to the epoch's logs, where `History` keeps them, and TensorBoard and other
    callbacks find them that come after this one. The network before training is checkpoint 0.

    Args:
        recorder: where activations go; its labels are those of `inputs`.
        inputs: N × … samples, in the order of the labels.
        layers: patterns of layer names.
        every: epochs from one checkpoint to the next.
        batch_size, pooling: as in `record_keras`.
        options: the command's own, as in `snn_analyze.analyze` (`samples=2000`, `distance="cosine"`).
    """

    def __init__(
        self,
        recorder: Recorder,
        inputs: Any,
        *,
        layers: Sequence[str] = ("*",),
        every: int = 1,
        batch_size: int = 256,
        pooling: str | None = None,
        **options: Any,
    ) -> None:
        super().__init__()
        self.watch = Watch(recorder, every, options)
        self.inputs = inputs
        self.recording: dict[str, Any] = {"layers": layers, "batch_size": batch_size, "pooling": pooling}

    def _record(self, epoch: int) -> dict[str, float]:
        record_keras(self.watch.recorder, epoch, self.model, self.inputs, **self.recording)
        return self.watch.losses(epoch)

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        self._record(0)

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        if self.watch.is_due(epoch + 1):
            found = self._record(epoch + 1)
            if logs is not None:
                logs.update(found)
