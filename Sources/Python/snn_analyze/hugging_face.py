"""Watches the entanglement of the layers while the Hugging Face Trainer trains.

    from snn_analyze import Recorder
    from snn_analyze.hugging_face import EntanglementCallback

    trainer.add_callback(EntanglementCallback(trainer, Recorder("run.h5", labels), batches, every=1))
    trainer.train()
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from transformers import TrainerCallback

from ._training import Watch
from .record import Recorder, record_hugging_face


class EntanglementCallback(TrainerCallback):
    """Records the hidden states every k epochs, and logs the loss of each layer as `snnl/LAYER`, in
    nats at the matched perplexity, by the trainer: TensorBoard where `report_to` says so, and
    `trainer.state.log_history`.

    The model before training is checkpoint 0. Of several processes the first records.

    Args:
        trainer: whose `log` takes the numbers.
        recorder: where activations go; its labels are those of `batches`.
        batches: what a tokenizer returns, batch by batch in the order of the labels.
        layers: patterns of `embeddings`, `layer1`, …, `logits`.
        every: epochs from one checkpoint to the next.
        pooling: how tokens become one row, as in `record_hugging_face`.
        options: the command's own, as in `snn_analyze.analyze` (`samples=2000`, `distance="cosine"`).
    """

    def __init__(
        self,
        trainer: Any,
        recorder: Recorder,
        batches: Iterable[Mapping[str, Any]],
        *,
        layers: Sequence[str] = ("*",),
        every: int = 1,
        pooling: str = "mean",
        **options: Any,
    ) -> None:
        self.watch = Watch(recorder, every, options)
        self.log = trainer.log
        self.batches = batches
        self.recording: dict[str, Any] = {"layers": layers, "pooling": pooling}

    def _record(self, epoch: int, model: Any) -> dict[str, float]:
        record_hugging_face(self.watch.recorder, epoch, model, self.batches, **self.recording)
        return self.watch.losses(epoch)

    def on_train_begin(self, args: Any, state: Any, control: Any, **given: Any) -> None:
        if state.is_world_process_zero and state.global_step == 0:
            self._record(0, given["model"])

    def on_epoch_end(self, args: Any, state: Any, control: Any, **given: Any) -> None:
        epoch = round(state.epoch)
        if state.is_world_process_zero and self.watch.is_due(epoch):
            self.log(self._record(epoch, given["model"]))
