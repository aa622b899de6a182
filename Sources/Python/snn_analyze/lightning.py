"""Watches the entanglement of the layers while PyTorch Lightning trains.

    from snn_analyze import Recorder
    from snn_analyze.lightning import EntanglementCallback

    watch = EntanglementCallback(Recorder("run.h5", test_labels), test_loader, layers=["net.*"], every=5)
    lightning.Trainer(max_epochs=50, callbacks=[watch]).fit(module, train_loader)
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

try:
    import lightning.pytorch as pl
except ImportError:
    import pytorch_lightning as pl  # type: ignore[no-redef]

from ._training import Watch
from .record import Recorder, record_pytorch


class EntanglementCallback(pl.Callback):
    """Records the layers every k epochs, and logs the loss of each as `snnl/LAYER`, in nats at the
    matched perplexity, to the trainer's logger: TensorBoard where it is there.

    The network before training is checkpoint 0. Of several processes the first records.

    Args:
        recorder: where activations go; its labels are those of `batches`.
        batches: what `record_pytorch` takes: a `DataLoader` without shuffling.
        layers: patterns of the names of the LightningModule's submodules.
        every: epochs from one checkpoint to the next.
        pooling: as in `record_pytorch`.
        options: the command's own, as in `snn_analyze.analyze` (`samples=2000`, `distance="cosine"`).
    """

    def __init__(
        self,
        recorder: Recorder,
        batches: Iterable[Any],
        *,
        layers: Sequence[str] = ("*",),
        every: int = 1,
        pooling: str | None = None,
        **options: Any,
    ) -> None:
        self.watch = Watch(recorder, every, options)
        self.batches = batches
        self.recording: dict[str, Any] = {"layers": layers, "pooling": pooling}

    def _record(self, epoch: int, module: pl.LightningModule) -> dict[str, float]:
        record_pytorch(self.watch.recorder, epoch, module, self.batches, **self.recording)
        return self.watch.losses(epoch)

    def on_train_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        if trainer.is_global_zero and trainer.current_epoch == 0:
            self._record(0, pl_module)

    def on_train_epoch_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        epoch = trainer.current_epoch + 1
        if trainer.is_global_zero and self.watch.is_due(epoch):
            pl_module.log_dict(self._record(epoch, pl_module), rank_zero_only=True)
