"""Records the activations of a network during training, in the file `snn-analyze` reads best.

    from snn_analyze.record import Recorder, record_pytorch

    recorder = Recorder("run.h5", labels=test_labels, sample_ids=test_ids)
    for epoch in range(10):
        train(model)
        record_pytorch(recorder, epoch, model, test_loader, layers=["conv*", "head"])

    snn-analyze run.h5

It needs h5py and numpy, and of a framework only what you use; the file stands alone and may be
copied.

    batches ──record_<framework>──▶ one array a layer ──Checkpoint.append──▶ Recorder ──▶ HDF5

What a `record_…` function does is short: run the model on every batch in evaluation mode, name the
outputs, append them. For anything else (an own loop, another framework) use `Recorder.checkpoint`.

Goals, in this order:

1. What was recorded stays readable whatever happens later: a checkpoint is added to a copy that
   then takes the file's place, so a run that is killed leaves the checkpoints before.
2. Mistakes are found here, while the model is still in memory, and not at the analysis.
3. One batch of activations in memory at a time.

notebooks-data/README.md specifies the layout (`snn-analyze/activations/1`).
"""

from __future__ import annotations

import fnmatch
import os
import re
import shutil
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import h5py
import numpy as np

FORMAT = "snn-analyze/activations/1"

#: What checkpoints are counted in; the word that their groups' names begin with.
UNITS = ("epoch", "step", "iteration")

#: Datasets of a checkpoint or of the root that are no layers.
RESERVED = {"labels", "sample_ids", "predictions"}

#: Last parts of a name by which readers know parameters, labels and predictions.
MISLEADING = RESERVED | set(
    "kernel bias weight weights gamma beta running_mean running_var label class classes target "
    "targets y prediction predicted pred preds image images".split()
)

Layers = Mapping[str, Any]


class Recorder:
    """A file that grows by one checkpoint at a time and is closed in between.

    Shapes: N samples, the same at every checkpoint and in the same order; `labels`, `sample_ids`
    and every one of `columns` have N entries.

    Args:
        path: the HDF5 file. With `separate`, the stem of one file for each checkpoint:
            `run.h5` gives `run_epoch_003.h5`.
        labels: class of each sample: integers or strings.
        sample_ids: row of each sample in its data set, integers or strings; by these ids samples
            are named in reports and paired between runs.
        class_names: the name of each class, if `labels` are the integers 0, 1, …
        columns: further discrete attributes of the samples (domain, expert, superclass), by name,
            for `snn-analyze --labels NAME`.
        provenance: attributes of the file, such as `dataset`, `network`, `seed`.
        dtype: what floating-point activations are stored as, such as "float16" at half the size.
            By default as they come; bfloat16 becomes float32, which holds it exactly.
        compress: gzip after a byte shuffle; smaller, and slower to read.
        resume: continue the file that is there, if its samples are the same. A checkpoint that
            is recorded again replaces the one before.
        overwrite: replace the file that is there.
        separate: one file a checkpoint. Adding to one file copies it first, so for runs of many
            gigabytes separate files are faster.
        rename: other names for layers, by their names in the framework.

    Raises:
        FileExistsError: the file is there, and neither `resume` nor `overwrite` is said.
        ValueError: lengths that differ, or a file to resume that holds other samples.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        labels: Sequence[Any] | np.ndarray,
        *,
        sample_ids: Sequence[Any] | np.ndarray | None = None,
        class_names: Sequence[str] | None = None,
        columns: Mapping[str, Any] | None = None,
        provenance: Mapping[str, Any] | None = None,
        dtype: str | None = None,
        compress: bool = False,
        resume: bool = False,
        overwrite: bool = False,
        separate: bool = False,
        rename: Mapping[str, str] | None = None,
    ) -> None:
        self.path = Path(path)
        self.provenance = dict(provenance or {})
        self.dtype = None if dtype is None else np.dtype(dtype)
        self.compress = compress
        self.separate = separate
        self.rename = dict(rename or {})
        self._layer_names: list[str] | None = None
        self._columns = {"labels": _labels(labels, class_names)}
        self.sample_count = len(self._columns["labels"])
        if sample_ids is None:
            sample_ids = np.arange(self.sample_count)
        self._columns["sample_ids"] = _column(sample_ids, "sample_ids")
        for name, values in (columns or {}).items():
            if name in MISLEADING:
                raise ValueError(f"columns: '{name}' is a name of the format; call it otherwise")
            self._columns[name] = _column(values, name)
        for name, values in self._columns.items():
            if len(values) != self.sample_count:
                raise ValueError(
                    f"{name} has {len(values)} entries, but labels has {self.sample_count}"
                )
        self._open(resume=resume, overwrite=overwrite)

    def _open(self, *, resume: bool, overwrite: bool) -> None:
        there = self._separate_paths() if self.separate else [self.path]
        there = [path for path in there if path.exists()]
        if there and not (resume or overwrite):
            raise FileExistsError(
                f"{there[0]} is there already: say resume=True to continue it, or overwrite=True"
            )
        if not resume:
            # Removed only now, so that wrong arguments never cost a file.
            for path in there:
                path.unlink()
        elif there:
            with h5py.File(there[-1], "r") as file:
                self._require_same_samples(file, there[-1])
                self._layer_names = [_text(name) for name in file.attrs["layer_names"]]

    def _separate_paths(self) -> list[Path]:
        name = re.compile(rf"{re.escape(self.path.stem)}_({'|'.join(UNITS)})_\d+\.h5")
        return sorted(path for path in self.path.parent.glob("*.h5") if name.fullmatch(path.name))

    def _require_same_samples(self, file: h5py.File, path: Path) -> None:
        if _text(file.attrs.get("snn_format", "")) != FORMAT:
            raise ValueError(f"{path} is no {FORMAT} file; record into another one")
        for name, values in self._columns.items():
            if name not in file or not np.array_equal(file[name][()], values):
                raise ValueError(
                    f"{path} holds other {name}: every checkpoint needs the same samples in the "
                    "same order. Record the other samples into a file of their own"
                )

    def record(self, step: int, layers: Layers, predictions: Any = None, **options: Any) -> None:
        """Records a checkpoint whose activations are all in memory; see `checkpoint`."""
        with self.checkpoint(step, **options) as checkpoint:
            checkpoint.append(layers, predictions=predictions)

    @contextmanager
    def checkpoint(
        self,
        step: int,
        *,
        unit: str = "epoch",
        metrics: Mapping[str, Any] | None = None,
        framework: str | None = None,
    ) -> Iterator[Checkpoint]:
        """A checkpoint to append batches to; the file holds it once the `with` block is left.

        Args:
            step: number of the epoch or step; checkpoints are ordered by it.
            unit: "epoch", "step" or "iteration".
            metrics: attributes of the checkpoint, such as `test_accuracy`.
            framework: kept as the file's attribute `framework`.

        Raises:
            ValueError: rows are missing, or the layers are not those of the first checkpoint.
        """
        if unit not in UNITS:
            raise ValueError(f"unit is one of {', '.join(UNITS)}, not {unit!r}")
        name = f"{unit}_{int(step):03d}"
        target = self.path
        if self.separate:
            target = target.with_name(f"{target.stem}_{name}.h5")
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = target.with_name(f".{target.name}.partial")
        if target.exists() and not self.separate:
            shutil.copyfile(target, partial)
        else:
            partial.unlink(missing_ok=True)
        try:
            with h5py.File(partial, "a") as file:
                self._write_root(file, framework)
                if name in file:
                    del file[name]
                group = file.create_group(name)
                group.attrs[unit] = int(step)
                group.attrs.update(metrics or {})
                checkpoint = Checkpoint(self, group)
                yield checkpoint
                layer_names = checkpoint.finish()
                if self._layer_names not in (None, layer_names):
                    raise ValueError(
                        f"{name} has layers {layer_names}, but the checkpoints before it have "
                        f"{self._layer_names}"
                    )
                _write_layer_names(file, layer_names)
            with open(partial, "r+b") as written:
                os.fsync(written.fileno())
            os.replace(partial, target)
            self._layer_names = layer_names
        finally:
            partial.unlink(missing_ok=True)

    def _write_root(self, file: h5py.File, framework: str | None) -> None:
        if "snn_format" in file.attrs:
            return
        file.attrs["snn_format"] = FORMAT
        file.attrs["made_by"] = "snn_analyze.record"
        if framework:
            file.attrs["framework"] = framework
        file.attrs.update(self.provenance)
        for name, values in self._columns.items():
            file.create_dataset(name, data=values)

    def layer_name(self, name: str) -> str:
        """The layer's name in the file: `rename` applied, and no '/', which would be a group.

        Raises:
            ValueError: readers would take a layer of this name for something else.
        """
        found = self.rename.get(name, name).replace("/", ".").strip(".")
        last = found.lower().rpartition(".")[2]
        misleads = last in MISLEADING or last.endswith(("_weight", "_bias", "_kernel", "_labels"))
        if misleads or not found:
            raise ValueError(
                f"a layer named '{found}' would not be read as a layer; give it another name: "
                f"Recorder(..., rename={{'{name}': 'head'}})"
            )
        return found


class Checkpoint:
    """Takes the activations of one checkpoint, batch by batch, in the order of the labels."""

    def __init__(self, recorder: Recorder, group: h5py.Group) -> None:
        self._recorder = recorder
        self._group = group
        self._rows = 0
        self._names: list[str] = []

    def append(
        self,
        layers: Layers,
        *,
        predictions: Any = None,
        mask: Any = None,
        pooling: str | None = None,
    ) -> None:
        """Adds the next n samples.

        Args:
            layers: n × … activations by layer, in the order of the network. Framework tensors on
                any device are fine.
            predictions: n predicted classes, or n × classes scores, of which the largest counts.
            mask: n × tokens, true where `layers` hold a token and false where padding.
            pooling: "mean", "first" or "last" makes one row of the tokens of n × tokens × D.

        Raises:
            ValueError: the batch has other layers, widths or rows than the ones before.
        """
        arrays = {self._recorder.layer_name(name): _array(layers[name]) for name in layers}
        if not arrays or len(arrays) < len(layers):
            raise ValueError(f"layers need names that differ; these are {list(layers)}")
        count = len(next(iter(arrays.values())))
        stop = self._rows + count
        if stop > self._recorder.sample_count:
            raise ValueError(
                f"{stop} rows so far, but there are {self._recorder.sample_count} labels: record "
                "each sample once, without shuffling or repeating"
            )
        if self._names and list(arrays) != self._names:
            raise ValueError(f"layers {list(arrays)} follow a batch of {self._names}")
        for name, values in arrays.items():
            if pooling is not None and values.ndim == 3:
                values = pool_tokens(values, mask, pooling)
            self._write(name, values, count)
        if predictions is not None:
            values = _array(predictions)
            if values.ndim > 1 and values.shape[-1] > 1:
                values = values.argmax(axis=-1)
            self._write("predictions", values.reshape(count), count)
        self._names = list(arrays)
        self._rows = stop

    def _write(self, name: str, values: np.ndarray, count: int) -> None:
        if len(values) != count or values.ndim == 0:
            raise ValueError(f"{name} has shape {values.shape} in a batch of {count} rows")
        if name != "predictions":
            # One number a sample is a layer of one feature.
            values = values.reshape(count, 1) if values.ndim == 1 else values
            values = _stored(values, self._recorder.dtype, name, self._group.name, self._rows)
        if name not in self._group:
            if self._rows:
                raise ValueError(f"{name} starts at row {self._rows}, not at the first batch")
            self._create(name, values)
        dataset = self._group[name]
        if dataset.shape[1:] != values.shape[1:]:
            raise ValueError(
                f"{name} has rows of {values.shape[1:]} after rows of {dataset.shape[1:]}; tokens "
                "of batches that differ in length need pooling='mean', 'first' or 'last'"
            )
        dataset[self._rows : self._rows + count] = values

    def _create(self, name: str, values: np.ndarray) -> None:
        shape = (self._recorder.sample_count, *values.shape[1:])
        options: dict[str, Any] = {"shape": shape, "dtype": _plain(values.dtype)}
        if self._recorder.compress and min(shape) > 0:
            # Bands of whole rows, 1 MiB each: what a reader that goes row by row wants.
            row = max(1, values[:1].nbytes)
            options["chunks"] = (max(1, min(shape[0], 2**20 // row)), *shape[1:])
            options.update(compression="gzip", shuffle=True)
        self._group.create_dataset(name, **options)

    def finish(self) -> list[str]:
        """The names of the layers; raises `ValueError` if rows are missing."""
        if self._rows != self._recorder.sample_count:
            raise ValueError(
                f"{self._group.name} got {self._rows} rows, but there are "
                f"{self._recorder.sample_count} labels"
            )
        return self._names


def pool_tokens(values: np.ndarray, mask: Any = None, how: str = "mean") -> np.ndarray:
    """One row a sample: n × tokens × D becomes n × D.

    mean: Σ_t m_t·x_t / Σ_t m_t; first and last: the first and last t with m_t = 1, on whichever
    side the padding is. Sums are float64, the result has the type of `values`.

    Raises:
        ValueError: the mask has another shape, or a sample has no token.
    """
    count, tokens = values.shape[:2]
    kept = np.ones((count, tokens), bool) if mask is None else _array(mask) != 0
    if kept.shape != (count, tokens):
        raise ValueError(f"the mask has shape {kept.shape}, the tokens {(count, tokens)}")
    empty = np.flatnonzero(~kept.any(axis=1))
    if len(empty):
        raise ValueError(f"the mask leaves no token of the samples {empty[:5].tolist()}")
    if how == "mean":
        sums = np.einsum("ntd,nt->nd", values, kept, dtype=np.float64, casting="unsafe")
        return (sums / kept.sum(axis=1, keepdims=True)).astype(values.dtype)
    if how == "first":
        return values[np.arange(count), kept.argmax(axis=1)]
    if how == "last":
        return values[np.arange(count), tokens - 1 - kept[:, ::-1].argmax(axis=1)]
    raise ValueError(f"pooling is 'mean', 'first' or 'last', not {how!r}")


# Frameworks. Each imports what it needs, so that this file imports with h5py and numpy alone.


def record_pytorch(
    recorder: Recorder,
    step: int,
    model: Any,
    batches: Iterable[Any],
    *,
    layers: Sequence[str] = ("*",),
    pooling: str | None = None,
    **options: Any,
) -> None:
    """Records the outputs of a PyTorch model's modules, by forward hooks.

    Args:
        model: a `torch.nn.Module` that returns the scores of the classes, or anything.
        batches: input tensors, or (inputs, …) tuples as a `DataLoader` without shuffling gives.
        layers: patterns of module names as `model.named_modules()` gives them; containers that
            only hold other modules are recorded when named in full. A module that is called
            twice has its second output under `name:2`.
        pooling: see `Checkpoint.append`.
        options: see `Recorder.checkpoint`.
    """
    import torch

    named = {name: module for name, module in model.named_modules() if name}
    leaves = {name for name, module in named.items() if not any(module.children())}
    chosen = _matching(named, layers, lambda name, pattern: name in leaves or name == pattern)
    outputs: dict[str, Any] = {}

    def hook(name: str) -> Callable[..., None]:
        def keep(module: Any, inputs: Any, output: Any) -> None:
            calls = sum(key.partition(":")[0] == name for key in outputs)
            outputs[f"{name}:{calls + 1}" if calls else name] = _first_tensor(output)

        return keep

    handles = [named[name].register_forward_hook(hook(name)) for name in chosen]
    device = next((parameter.device for parameter in model.parameters()), torch.device("cpu"))
    was_training = model.training
    model.eval()
    try:
        with (
            torch.inference_mode(),
            recorder.checkpoint(step, framework=f"torch {torch.__version__}", **options) as point,
        ):
            for batch in batches:
                inputs = batch[0] if isinstance(batch, (tuple, list)) else batch
                outputs.clear()
                scores = _first_tensor(model(inputs.to(device)))
                point.append(
                    outputs, predictions=scores if scores.ndim == 2 else None, pooling=pooling
                )
    finally:
        model.train(was_training)
        for handle in handles:
            handle.remove()


def record_hugging_face(
    recorder: Recorder,
    step: int,
    model: Any,
    batches: Iterable[Mapping[str, Any]],
    *,
    layers: Sequence[str] = ("*",),
    pooling: str = "mean",
    **options: Any,
) -> None:
    """Records the hidden states of a Hugging Face `transformers` model.

    The layers are `embeddings` (hidden state 0), `layer1`, `layer2`, … and `logits`, where the
    model has them for the whole sequence. Tokens are pooled under the batch's `attention_mask`, so
    padding counts for nothing. Arguments as in `record_pytorch`; `batches` are what a tokenizer returns.
    """
    import torch
    import transformers

    was_training = model.training
    model.eval()
    framework = f"transformers {transformers.__version__}, torch {torch.__version__}"
    try:
        with (
            torch.inference_mode(),
            recorder.checkpoint(step, framework=framework, **options) as point,
        ):
            for batch in batches:
                inputs = {k: v.to(model.device) for k, v in batch.items() if k != "labels"}
                result = model(**inputs, output_hidden_states=True)
                states = result.get("hidden_states") or result.get("encoder_hidden_states")
                if states is None:
                    raise ValueError(f"{type(model).__name__} returns no hidden states")
                names = ["embeddings"] + [f"layer{i}" for i in range(1, len(states))]
                outputs = dict(zip(names, states))
                scores = result.get("logits")
                # Scores of every token are a vocabulary wide, and no representation of the sample.
                if scores is not None and scores.ndim == 2:
                    outputs["logits"] = scores
                chosen = {name: outputs[name] for name in _matching(outputs, layers)}
                point.append(
                    chosen,
                    predictions=scores if scores is not None and scores.ndim == 2 else None,
                    mask=inputs.get("attention_mask"),
                    pooling=pooling,
                )
    finally:
        model.train(was_training)


def record_keras(
    recorder: Recorder,
    step: int,
    model: Any,
    inputs: Any,
    *,
    layers: Sequence[str] = ("*",),
    batch_size: int = 256,
    pooling: str | None = None,
    **options: Any,
) -> None:
    """Records the layers of a Keras 3 model (functional or sequential) on any backend.

    Args:
        inputs: N × … array. `layers`: patterns of layer names.
    """
    import keras

    named = {
        layer.name: layer.output
        for layer in model.layers
        if not isinstance(layer, keras.layers.InputLayer)
    }
    chosen = _matching(named, layers)
    probe = keras.Model(model.inputs, [[named[name] for name in chosen], model.outputs[0]])
    framework = f"keras {keras.__version__}, {keras.backend.backend()}"
    with recorder.checkpoint(step, framework=framework, **options) as point:
        for start in range(0, len(inputs), batch_size):
            outputs, scores = probe(inputs[start : start + batch_size], training=False)
            arrays = [keras.ops.convert_to_numpy(output) for output in outputs]
            scores = keras.ops.convert_to_numpy(scores)
            point.append(
                dict(zip(chosen, arrays)),
                predictions=scores if scores.ndim == 2 else None,
                pooling=pooling,
            )


def record_flax(
    recorder: Recorder,
    step: int,
    module: Any,
    variables: Mapping[str, Any],
    batches: Iterable[Any],
    *,
    layers: Sequence[str] = ("*",),
    pooling: str | None = None,
    **options: Any,
) -> None:
    """Records a Flax (linen) module: outputs of its submodules, and what it sows.

    Args:
        module, variables: as in `module.apply(variables, batch)`.
        batches: inputs of the module.
        layers: patterns of names such as `Dense_0`, or a name given to `sow("intermediates", …)`.
    """
    import flax

    def forward(batch: Any) -> tuple[Layers, Any]:
        # Not under jit, which would sort the layers by name.
        scores, state = module.apply(
            variables, batch, capture_intermediates=True, mutable=["intermediates"]
        )
        captured = _flattened(flax.core.unfreeze(state["intermediates"]))
        captured.pop("", None)
        return {name: captured[name] for name in _matching(captured, layers)}, scores

    framework = f"flax {flax.__version__}"
    record_function(
        recorder, step, forward, batches, pooling=pooling, framework=framework, **options
    )


def record_function(
    recorder: Recorder,
    step: int,
    forward: Callable[[Any], tuple[Layers, Any]],
    batches: Iterable[Any],
    *,
    pooling: str | None = None,
    **options: Any,
) -> None:
    """Records a function that returns (layers, predictions or scores or None) of a batch: plain
    JAX, or any other framework whose arrays numpy understands."""
    with recorder.checkpoint(step, **options) as point:
        for batch in batches:
            layers, scores = forward(batch)
            point.append(layers, predictions=scores, pooling=pooling)


def record_scikit_learn(
    recorder: Recorder, step: int, model: Any, inputs: Any, **options: Any
) -> None:
    """Records a fitted scikit-learn estimator: the output of every step of a `Pipeline`, the
    hidden layers of an `MLPClassifier` (`hidden1`, …) and its `logits`, or the
    `decision_function` of another classifier."""
    import sklearn

    outputs: dict[str, Any] = {}
    values = inputs
    steps = list(getattr(model, "steps", [("model", model)]))
    for name, transform in steps[:-1]:
        if transform not in (None, "passthrough"):
            values = outputs[name] = transform.transform(values)
    last = steps[-1][1]
    if hasattr(last, "coefs_") and hasattr(last, "hidden_layer_sizes"):
        activations: dict[str, Callable[[Any], Any]] = {
            "relu": lambda x: np.maximum(x, 0),
            "tanh": np.tanh,
            "logistic": lambda x: 0.5 * (1 + np.tanh(x / 2)),
            "identity": lambda x: x,
        }
        activate = activations[last.activation]
        for index, (weight, bias) in enumerate(zip(last.coefs_, last.intercepts_), start=1):
            values = values @ weight + bias
            if index < len(last.coefs_):
                values = outputs[f"hidden{index}"] = activate(values)
        outputs["logits"] = values
    elif hasattr(last, "decision_function"):
        outputs["decision"] = last.decision_function(values)
    elif hasattr(last, "transform"):
        outputs[steps[-1][0]] = last.transform(values)
    predictions = model.predict(inputs) if hasattr(model, "predict") else None
    recorder.record(
        step, outputs, predictions, framework=f"scikit-learn {sklearn.__version__}", **options
    )


# What the above share.


def _matching(
    names: Iterable[str],
    patterns: Sequence[str],
    allows: Callable[[str, str], bool] = lambda name, pattern: True,
) -> list[str]:
    """The names that match one of the patterns, in their own order."""
    patterns = [patterns] if isinstance(patterns, str) else list(patterns)
    names = list(names)

    def matches(name: str, pattern: str) -> bool:
        return (name == pattern or fnmatch.fnmatchcase(name, pattern)) and allows(name, pattern)

    for pattern in patterns:
        if not any(matches(name, pattern) for name in names):
            raise ValueError(f"no layer matches '{pattern}'; there are {', '.join(names)}")
    return [name for name in names if any(matches(name, pattern) for pattern in patterns)]


def _array(value: Any) -> np.ndarray:
    """A numpy array of a tensor of any framework, on the CPU, of a type HDF5 has."""
    if hasattr(value, "detach"):
        value = value.detach().cpu()
        if str(value.dtype) == "torch.bfloat16":
            value = value.float()
        value = value.numpy()
    if hasattr(value, "toarray"):
        value = value.toarray()
    array = np.asarray(value)
    # bfloat16 and the float8 types of JAX and TensorFlow are foreign to HDF5.
    return array.astype(np.float32) if array.dtype.kind == "V" else array


def _stored(
    values: np.ndarray, dtype: np.dtype | None, layer: str, checkpoint: str, row: int
) -> np.ndarray:
    if values.dtype.kind not in "fiub":
        raise ValueError(f"{layer} holds {values.dtype}, not numbers")
    if values.dtype.kind == "f" and dtype is not None:
        with np.errstate(over="ignore"):
            values = values.astype(dtype)
    bad = ~np.isfinite(values.reshape(len(values), -1)).all(axis=1)
    if bad.any():
        warnings.warn(
            f"{checkpoint}: {layer} holds NaN or infinity in {bad.sum()} rows, the first of them "
            f"{row + int(bad.argmax())}; snn-analyze will refuse this layer",
            stacklevel=4,
        )
    return values


def _plain(dtype: np.dtype) -> np.dtype:
    return np.dtype(np.uint8) if dtype.kind == "b" else dtype


def _labels(labels: Any, class_names: Sequence[str] | None) -> np.ndarray:
    values = _column(labels, "labels")
    if class_names is None:
        return values
    if values.dtype.kind not in "iu" or values.min() < 0 or values.max() >= len(class_names):
        raise ValueError(f"class_names needs integer labels from 0 to {len(class_names) - 1}")
    return _column([class_names[value] for value in values], "labels")


def _column(values: Any, name: str) -> np.ndarray:
    """One discrete value a sample: integers as they are, text as UTF-8 of one length."""
    array = _array(values)
    if array.ndim != 1:
        raise ValueError(f"{name} has shape {array.shape}, but needs one value a sample")
    if array.dtype.kind in "UOS":
        texts = [_text(value).encode() for value in array.tolist()]
        length = max([1, *map(len, texts)])
        return np.array(texts, dtype=h5py.string_dtype("utf-8", length))
    if array.dtype.kind == "f" and np.array_equal(array, np.round(array)):
        array = array.astype(np.int64)
    if array.dtype.kind not in "iub":
        raise ValueError(f"{name} holds {array.dtype}, but needs integers or text")
    return array.astype(_plain(array.dtype))


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


def _write_layer_names(file: h5py.File, names: list[str]) -> None:
    values = _column(names, "layer_names")
    if values.nbytes > 60_000:
        raise ValueError("the names of the layers take more than an attribute can hold (64 KB)")
    file.attrs.create("layer_names", values, dtype=values.dtype)


def _first_tensor(output: Any) -> Any:
    """The tensor in what a module returns: itself, the first of a tuple or of a mapping."""
    while not hasattr(output, "ndim"):
        if isinstance(output, Mapping):
            output = output["logits"] if "logits" in output else next(iter(output.values()))
        elif isinstance(output, (tuple, list)) and output:
            output = output[0]
        else:
            raise ValueError(f"a module returned {type(output).__name__}, which holds no tensor")
    return output


def _flattened(tree: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Flax's nested intermediates as `name: array`: `__call__` is the module's own output, and
    each is a tuple of one array for each call."""
    result: dict[str, Any] = {}
    for key, value in tree.items():
        name = prefix if key == "__call__" else f"{prefix}.{key}".strip(".")
        if isinstance(value, Mapping):
            result.update(_flattened(value, name))
        else:
            for call, output in enumerate(value, start=1):
                result[name if call == 1 else f"{name}:{call}"] = _first_tensor(output)
    return result

