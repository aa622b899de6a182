"""What the examples share: the digits, split in halves, and the recorder for the held-out one.

Imported before `snn_analyze`, whose folder it puts on the path.
"""

import sys
from pathlib import Path

import numpy as np
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "Sources/Python"))
from snn_analyze.record import Recorder  # noqa: E402

SEED = 20190205


class Digits:
    """1797 images of 8 × 8 pixels from 0 to 1, float32; one half to train on, one to record."""

    def __init__(self) -> None:
        digits = load_digits()
        train, test = train_test_split(
            np.arange(len(digits.target)), test_size=0.5, random_state=SEED, stratify=digits.target
        )
        pixels = (digits.data / 16).astype(np.float32)
        self.test_ids = np.sort(test)
        self.train_inputs, self.train_labels = pixels[np.sort(train)], digits.target[np.sort(train)]
        self.test_inputs, self.test_labels = pixels[self.test_ids], digits.target[self.test_ids]

    def recorder(self, name: str, **options) -> Recorder:
        """A recorder into the file named on the command line, else `NAME.h5` in this folder."""
        path = sys.argv[1] if len(sys.argv) > 1 else f"{name}.h5"
        provenance = {"dataset": "scikit-learn load_digits, held-out half", "seed": SEED}
        return Recorder(
            path,
            self.test_labels,
            sample_ids=self.test_ids,
            provenance={**provenance, **options.pop("provenance", {})},
            overwrite=True,
            **options,
        )

    def batches(self, generator: np.random.Generator, size: int = 32):
        """One epoch: rows of the training half in random order, without a smaller last batch."""
        order = generator.permutation(len(self.train_labels))
        for start in range(0, len(order) - size + 1, size):
            yield order[start : start + size]


def say(recorder: Recorder) -> None:
    print(f"Recorded {recorder.path}. Now run\n\n    snn-analyze {recorder.path}\n")
