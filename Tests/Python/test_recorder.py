"""Tests of Sources/Python/snn_analyze/record.py from plain arrays: h5py and numpy alone.

    python -m unittest test_recorder        # in this folder; `PythonTests` runs it too
"""

import os
import signal
import subprocess
import sys
import tempfile
import unittest
import warnings
from pathlib import Path

import h5py
import numpy as np

SOURCES = Path(__file__).resolve().parents[2] / "Sources/Python"
sys.path.insert(0, str(SOURCES))
from snn_analyze.record import FORMAT, Recorder, pool_tokens, record_function  # noqa: E402

LABELS = np.arange(12) % 3


def layers(scale=1.0):
    values = np.arange(12 * 4, dtype=np.float32).reshape(12, 4) * scale
    return {"b": values, "a": -values[:, :2]}


class RecorderTests(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.path = Path(self.folder.name) / "run.h5"

    def recorder(self, **options):
        return Recorder(self.path, LABELS, **options)

    def names(self):
        return sorted(os.listdir(self.folder.name))

    def test_a_file_is_laid_out_as_the_specification_says(self):
        recorder = self.recorder(
            sample_ids=[f"image{i}" for i in range(12)],
            class_names=["cat", "dog", "ö"],
            columns={"domain": LABELS % 2},
            provenance={"dataset": "none"},
        )
        recorder.record(0, layers(), LABELS, metrics={"test_accuracy": 0.5})
        recorder.record(10, layers(2), np.eye(3)[LABELS])
        with h5py.File(self.path) as file:
            self.assertEqual(file.attrs["snn_format"], FORMAT)
            self.assertEqual(file.attrs["dataset"], "none")
            self.assertEqual(file.attrs["layer_names"].tolist(), [b"b", b"a"])
            self.assertEqual(file["labels"].asstr()[:3].tolist(), ["cat", "dog", "ö"])
            self.assertEqual(file["sample_ids"].asstr()[11], "image11")
            self.assertEqual(file["domain"][:3].tolist(), [0, 1, 0])
            self.assertEqual(sorted(file["epoch_010"]), ["a", "b", "predictions"])
            self.assertEqual(file["epoch_000"].attrs["epoch"], 0)
            self.assertEqual(file["epoch_000"].attrs["test_accuracy"], 0.5)
            np.testing.assert_array_equal(file["epoch_010/b"], layers(2)["b"])
            np.testing.assert_array_equal(file["epoch_010/predictions"], LABELS)
        self.assertEqual(self.names(), ["run.h5"])

    def test_batches_give_the_same_file_as_all_rows_at_once(self):
        self.recorder().record(0, layers(), LABELS)
        whole = self.path.read_bytes()
        recorder = self.recorder(overwrite=True)
        with recorder.checkpoint(0) as point:
            for start in range(0, 12, 5):
                rows = slice(start, start + 5)
                point.append(
                    {name: values[rows] for name, values in layers().items()},
                    predictions=LABELS[rows],
                )
        self.assertEqual(self.path.read_bytes(), whole)
        with h5py.File(self.path) as file:
            np.testing.assert_array_equal(file["epoch_000/a"], layers()["a"])

    def test_a_failed_checkpoint_leaves_the_ones_before(self):
        recorder = self.recorder()
        recorder.record(0, layers())
        before = self.path.read_bytes()
        with self.assertRaisesRegex(RuntimeError, "out of memory"):
            with recorder.checkpoint(1) as point:
                point.append({name: values[:5] for name, values in layers().items()})
                raise RuntimeError("out of memory")
        with self.assertRaisesRegex(ValueError, "got 5 rows, but there are 12 labels"):
            recorder.record(1, {name: values[:5] for name, values in layers().items()})
        with self.assertRaisesRegex(ValueError, "has layers .'b'., but the checkpoints before"):
            recorder.record(1, {"b": layers()["b"]})
        self.assertEqual(self.path.read_bytes(), before)
        self.assertEqual(self.names(), ["run.h5"])
        recorder.record(1, layers())
        with h5py.File(self.path) as file:
            self.assertIn("epoch_001", file)

    @unittest.skipIf(os.name == "nt", "needs SIGKILL")
    def test_a_killed_run_leaves_the_checkpoints_before_and_can_be_resumed(self):
        script = (
            "import os, signal, sys\n"
            "import numpy as np\n"
            "from snn_analyze.record import Recorder\n"
            "recorder = Recorder(sys.argv[1], np.arange(12) % 3)\n"
            "recorder.record(0, {'a': np.ones((12, 2))})\n"
            "with recorder.checkpoint(1) as point:\n"
            "    point.append({'a': np.ones((6, 2))})\n"
            "    os.kill(os.getpid(), signal.SIGKILL)\n"
        )
        ended = subprocess.run(
            [sys.executable, "-c", script, str(self.path)],
            env={**os.environ, "PYTHONPATH": str(SOURCES)},
        )
        self.assertEqual(ended.returncode, -signal.SIGKILL)
        with h5py.File(self.path) as file:
            self.assertIn("epoch_000", file)
            self.assertNotIn("epoch_001", file)
        with self.assertRaisesRegex(FileExistsError, "resume=True"):
            self.recorder()
        self.recorder(resume=True).record(1, {"a": np.ones((12, 2))})
        with h5py.File(self.path) as file:
            self.assertIn("epoch_001", file)
        self.assertEqual(self.names(), ["run.h5"])

    def test_resuming_needs_the_same_samples_and_layers(self):
        self.recorder().record(0, layers())
        with self.assertRaisesRegex(ValueError, "holds other labels"):
            Recorder(self.path, LABELS[::-1], resume=True)
        with self.assertRaisesRegex(ValueError, "holds other sample_ids"):
            self.recorder(sample_ids=np.arange(12)[::-1], resume=True)
        with self.assertRaisesRegex(ValueError, "but the checkpoints before it have"):
            self.recorder(resume=True).record(1, {"other": layers()["a"]})
        self.recorder(resume=True).record(0, layers(3))
        with h5py.File(self.path) as file:
            np.testing.assert_array_equal(file["epoch_000/b"], layers(3)["b"])

    def test_separate_files_hold_one_checkpoint_each(self):
        other = Path(self.folder.name) / "run_other_5.h5"
        other.write_bytes(b"mine")
        recorder = self.recorder(separate=True)
        recorder.record(1, layers())
        recorder.record(2, layers())
        files = ["run_epoch_001.h5", "run_epoch_002.h5"]
        self.assertEqual(self.names(), [*files, "run_other_5.h5"])
        with self.assertRaisesRegex(FileExistsError, "run_epoch_001.h5 is there already"):
            self.recorder(separate=True)
        self.recorder(separate=True, overwrite=True)
        self.assertEqual(self.names(), ["run_other_5.h5"])

    def test_mistakes_are_named(self):
        with self.assertRaisesRegex(ValueError, "sample_ids has 3 entries, but labels has 12"):
            self.recorder(sample_ids=[1, 2, 3])
        with self.assertRaisesRegex(ValueError, "class_names needs integer labels from 0 to 1"):
            self.recorder(class_names=["a", "b"])
        recorder = self.recorder()
        with self.assertRaisesRegex(ValueError, "rename={'predictions': 'head'}"):
            recorder.record(0, {"predictions": layers()["a"]})
        with self.assertRaisesRegex(ValueError, "24 rows so far, but there are 12 labels"):
            with recorder.checkpoint(0) as point:
                point.append(layers())
                point.append(layers())
        with self.assertRaisesRegex(ValueError, "need pooling='mean'"):
            with recorder.checkpoint(0) as point:
                point.append({"a": np.ones((6, 5, 2))})
                point.append({"a": np.ones((6, 7, 2))})
        with self.assertRaisesRegex(ValueError, "holds complex128, not numbers"):
            recorder.record(0, {"a": np.ones((12, 2), complex)})
        self.assertFalse(self.path.exists())
        renamed = self.recorder(rename={"predictions": "head"})
        renamed.record(0, {"block/one": layers()["b"], "predictions": layers()["a"]})
        with h5py.File(self.path) as file:
            self.assertEqual(sorted(file["epoch_000"]), ["block.one", "head"])

    def test_nan_is_warned_of_and_recorded(self):
        values = layers()
        values["b"][7, 1] = np.nan
        with self.assertWarnsRegex(UserWarning, "b holds NaN or infinity in 1 rows.*of them 7"):
            self.recorder().record(0, values)
        with self.assertWarnsRegex(UserWarning, "in 12 rows"):
            self.recorder(dtype="float16", overwrite=True).record(0, {"a": layers(1e5)["a"]})

    def test_types_are_kept_or_shrunk_and_compressed(self):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            self.recorder(dtype="float16", compress=True).record(0, layers())
        with h5py.File(self.path) as file:
            dataset = file["epoch_000/b"]
            self.assertEqual((dataset.dtype, dataset.compression), (np.float16, "gzip"))
            self.assertEqual(dataset.chunks[1], 4)
        recorder = self.recorder(overwrite=True)
        recorder.record(0, {"wide": np.ones((12, 2)), "flag": LABELS > 0, "one": LABELS})
        with h5py.File(self.path) as file:
            self.assertEqual(file["epoch_000/wide"].dtype, np.float64)
            self.assertIsNone(file["epoch_000/wide"].chunks)
            self.assertEqual(file["epoch_000/flag"].dtype, np.uint8)
            self.assertEqual(file["epoch_000/one"].shape, (12, 1))

    def test_any_function_can_be_recorded(self):
        def forward(batch):
            return {"half": batch / 2}, batch[:, :3]

        batches = [np.eye(4)[[0, 1, 2]]] * 4
        record_function(self.recorder(), 5, forward, batches, unit="step", framework="none 1.0")
        with h5py.File(self.path) as file:
            self.assertEqual(file.attrs["framework"], "none 1.0")
            self.assertEqual(file["step_005/predictions"][:].tolist(), [0, 1, 2] * 4)


class PoolingTests(unittest.TestCase):
    def setUp(self):
        self.values = np.arange(2 * 3 * 2, dtype=np.float32).reshape(2, 3, 2)

    def test_padding_counts_for_nothing(self):
        right, left = np.array([[1, 1, 0], [1, 0, 0]]), np.array([[0, 1, 1], [0, 0, 1]])
        for mask in (right, left):
            kept = [row[flags != 0] for row, flags in zip(self.values, mask)]
            changed = np.where(mask[:, :, None] != 0, self.values, np.float32(1e6))
            for how, expected in (
                ("mean", [row.mean(axis=0) for row in kept]),
                ("first", [row[0] for row in kept]),
                ("last", [row[-1] for row in kept]),
            ):
                np.testing.assert_array_equal(pool_tokens(changed, mask, how), expected)

    def test_without_a_mask_all_tokens_count(self):
        np.testing.assert_array_equal(pool_tokens(self.values), self.values.mean(axis=1))

    def test_a_sample_without_tokens_is_named(self):
        with self.assertRaisesRegex(ValueError, r"no token of the samples \[1\]"):
            pool_tokens(self.values, [[1, 0, 0], [0, 0, 0]])
        with self.assertRaisesRegex(ValueError, "the mask has shape"):
            pool_tokens(self.values, [[1, 0]])
        with self.assertRaisesRegex(ValueError, "pooling is 'mean', 'first' or 'last'"):
            pool_tokens(self.values, None, "max")


if __name__ == "__main__":
    unittest.main()
