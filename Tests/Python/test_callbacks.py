"""Tests of the callbacks, each in a training of its framework; those skip by name that are not there.

    SNN_ANALYZE=../../.build/release/snn-analyze python -m unittest test_callbacks

The logged numbers are held against a report of the recorded file.
"""

import importlib.util
import logging
import os
import sys
import tempfile
import unittest
import warnings
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Sources/Python"))
os.environ.setdefault("SNN_ANALYZE", str(ROOT / ".build/release/snn-analyze"))
os.environ.setdefault("KERAS_BACKEND", "torch")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")


def needs(*modules):
    missing = [module for module in modules if not importlib.util.find_spec(module)]
    return unittest.skipIf(missing, f"needs {' and '.join(missing)}")


class CallbackTests(unittest.TestCase):
    def setUp(self):
        warnings.simplefilter("ignore")
        logging.getLogger("lightning.pytorch").setLevel(logging.ERROR)
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.path = Path(self.folder.name) / "run.h5"

    def data(self, count=160, features=8):
        import numpy as np

        labels = np.arange(count) % 4
        values = np.random.default_rng(1).normal(size=(count, features)) + labels[:, None]
        return values.astype(np.float32), labels

    def recorder(self, labels):
        from snn_analyze import Recorder

        return Recorder(self.path, labels)

    def logged_is_recorded(self, logged, steps, layers):
        """`logged` by epoch: what was logged as snnl/…, and the file's own report."""
        import snn_analyze

        report = snn_analyze.analyze(self.path, compute="perplexity", progress=False)
        found = {
            checkpoint["step"]: {
                f"snnl/{layer['name']}": layer["atPerplexity"]["loss"]
                for layer in checkpoint["layers"]
            }
            for checkpoint in report.json["checkpoints"]
        }
        self.assertEqual(sorted(found), steps)
        self.assertEqual(set(found[0]), {f"snnl/{layer}" for layer in layers})
        self.assertEqual(sorted(logged), steps[1:])
        for step in steps[1:]:
            for name, loss in found[step].items():
                # Loggers may keep float32.
                self.assertAlmostEqual(logged[step][name], loss, delta=1e-6 * max(1, loss))

    @needs("numpy", "h5py", "keras", "torch")
    def test_keras(self):
        import keras

        from snn_analyze.keras import EntanglementCallback

        x, y = self.data()
        keras.utils.set_random_seed(0)
        model = keras.Sequential([
            keras.layers.Input((8,)),
            keras.layers.Dense(6, activation="relu", name="hidden"),
            keras.layers.Dense(4, name="logits"),
        ])
        model.compile(
            "adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        )
        watch = EntanglementCallback(self.recorder(y), x, every=2)
        history = model.fit(x, y, epochs=5, verbose=0, callbacks=[watch]).history
        logged = {
            2 * (place + 1): {name: history[name][place] for name in history if "snnl" in name}
            for place in range(2)
        }
        self.assertEqual(len(history["loss"]), 5)
        self.logged_is_recorded(logged, [0, 2, 4], ["hidden", "logits"])

    @needs("numpy", "h5py", "lightning", "torch")
    def test_lightning(self):
        import lightning.pytorch as pl
        import torch
        from lightning.pytorch.loggers import Logger

        from snn_analyze.lightning import EntanglementCallback

        class Module(pl.LightningModule):
            def __init__(self):
                super().__init__()
                self.net = torch.nn.Sequential(
                    torch.nn.Linear(8, 6), torch.nn.ReLU(), torch.nn.Linear(6, 4)
                )

            def forward(self, x):
                return self.net(x)

            def training_step(self, batch, _):
                return torch.nn.functional.cross_entropy(self(batch[0]), batch[1])

            def configure_optimizers(self):
                return torch.optim.Adam(self.parameters(), 0.01)

        logged = {}

        class Kept(Logger):
            name = "kept"
            version = 0

            def log_metrics(self, metrics, step=None):
                found = {name: value for name, value in metrics.items() if "snnl" in name}
                if found:
                    logged[int(metrics["epoch"]) + 1] = found

            def log_hyperparams(self, *arguments, **options):
                pass

        x, y = self.data()
        torch.manual_seed(0)
        data = torch.utils.data.TensorDataset(torch.tensor(x), torch.tensor(y))
        watch = EntanglementCallback(
            self.recorder(y), torch.utils.data.DataLoader(data, batch_size=50), every=2
        )
        module = Module()
        trainer = pl.Trainer(
            max_epochs=4, callbacks=[watch], logger=Kept(), accelerator="cpu",
            enable_progress_bar=False, enable_checkpointing=False, enable_model_summary=False,
            default_root_dir=self.folder.name,
        )
        trainer.fit(module, torch.utils.data.DataLoader(data, batch_size=32, shuffle=True))
        self.assertTrue(module.training)
        self.logged_is_recorded(logged, [0, 2, 4], ["net.0", "net.1", "net.2"])

    @needs("numpy", "h5py", "transformers", "accelerate", "torch")
    def test_hugging_face(self):
        import numpy as np
        import torch
        import transformers

        from snn_analyze.hugging_face import EntanglementCallback

        transformers.logging.set_verbosity_error()
        labels = np.arange(96) % 3
        generator = np.random.default_rng(2)
        tokens = torch.tensor(generator.integers(3, 30, size=(96, 7)) + 20 * labels[:, None])
        model = transformers.BertForSequenceClassification(transformers.BertConfig(
            vocab_size=100, hidden_size=16, num_hidden_layers=2, num_attention_heads=2,
            intermediate_size=16, num_labels=3,
        ))
        rows = [{"input_ids": tokens[i], "labels": int(labels[i])} for i in range(96)]
        trainer = transformers.Trainer(
            model, transformers.TrainingArguments(
                output_dir=self.folder.name, num_train_epochs=2, per_device_train_batch_size=16,
                report_to=[], save_strategy="no", use_cpu=True, disable_tqdm=True,
            ),
            train_dataset=rows,
        )
        trainer.remove_callback(transformers.PrinterCallback)
        batches = [{"input_ids": tokens[start : start + 40]} for start in range(0, 96, 40)]
        trainer.add_callback(EntanglementCallback(trainer, self.recorder(labels), batches))
        trainer.train()
        logged = {
            round(entry["epoch"]): entry
            for entry in trainer.state.log_history
            if any("snnl" in name for name in entry)
        }
        self.logged_is_recorded(logged, [0, 1, 2], ["embeddings", "layer1", "layer2", "logits"])

    @needs("numpy", "h5py")
    def test_every_is_one_or_more(self):
        from snn_analyze._training import Watch

        with self.assertRaisesRegex(ValueError, "every is 0"):
            Watch(self.recorder([0, 1]), 0, {})


if __name__ == "__main__":
    unittest.main()
