"""Trains a network on the digits 0 to 7 and keeps its activations on what it knows and does not.

    python make_digits_outliers.py [OUTPUT]        # default: digits-outliers.h5 beside this script

The network is that of make_digits_mlp.py with eight outputs. What it never saw are the digits 8 and
9, and the 200 photographs of scikit-image's `lfw_subset` (100 faces, 100 cut-outs of background),
averaged down to 8 × 8 pixels. Both data sets ship inside the packages' wheels. README.md describes
the file; the goals are those of make_digits_mlp.py.
"""

import sys
from pathlib import Path

import make_digits_mlp as mlp  # first: it sets the number of threads

import h5py
import numpy as np
from skimage.data import lfw_subset
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

SEED = 20190205
KNOWN = range(8)
EPOCHS = 40


def photographs():
    """Returns the photographs as rows of 64 pixels in 0…1: means of 3 × 3 of the inner 24 × 24."""
    images = lfw_subset()[:, :24, :24]
    return images.reshape(len(images), 8, 3, 8, 3).mean(axis=(2, 4)).reshape(len(images), 64)


def write_part(file, name, parameters, inputs, sample_ids, labels=None):
    group = file.create_group(name, track_order=True)
    activations = mlp.forward(parameters, inputs)
    for layer, values in zip(mlp.LAYER_NAMES, activations):
        mlp.write_array(group, layer, values.astype(np.float16))
    predictions = activations[-1].argmax(axis=1)
    mlp.write_array(group, "predictions", predictions.astype(np.uint8))
    mlp.write_array(group, "sample_ids", sample_ids.astype(np.uint16))
    if labels is not None:
        mlp.write_array(group, "labels", labels.astype(np.uint8))
        print(f"{name:12} {len(inputs):4} samples, accuracy {(predictions == labels).mean():.4f}")
    else:
        print(f"{name:12} {len(inputs):4} samples")


def main():
    output = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_name("digits-outliers.h5")
    digits = load_digits()
    pixels = digits.data / 16
    known = np.flatnonzero(np.isin(digits.target, KNOWN))
    unknown = np.flatnonzero(~np.isin(digits.target, KNOWN))
    train, rest = train_test_split(
        known, test_size=0.5, random_state=SEED, stratify=digits.target[known]
    )
    calibration, test = train_test_split(
        rest, test_size=0.5, random_state=SEED, stratify=digits.target[rest]
    )
    train, calibration, test = np.sort(train), np.sort(calibration), np.sort(test)

    mlp.WIDTHS = (*mlp.WIDTHS[:-1], len(KNOWN))
    generator = np.random.default_rng(SEED)
    parameters = mlp.initial_parameters(generator)
    optimizer = mlp.Adam(parameters)
    for _ in range(EPOCHS):
        order = generator.permutation(train)
        for start in range(0, len(order), mlp.BATCH_SIZE):
            batch = order[start : start + mlp.BATCH_SIZE]
            gradient = mlp.gradients(parameters, pixels[batch], digits.target[batch])
            optimizer.update(parameters, gradient)

    with h5py.File(output, "w", track_order=True) as file:
        file.attrs["dataset"] = (
            "scikit-learn load_digits, pixels / 16, classes 0-7; outliers: classes 8 and 9, and "
            "scikit-image lfw_subset averaged to 8 x 8"
        )
        file.attrs["network"] = "64-256-128-64-8, ReLU"
        file.attrs["seed"] = SEED
        file.attrs["made_by"] = "make_digits_outliers.py"
        for name, rows in (("train", train), ("calibration", calibration), ("test", test)):
            write_part(file, name, parameters, pixels[rows], rows, digits.target[rows])
        write_part(file, "unseen_digits", parameters, pixels[unknown], unknown, digits.target[unknown])
        images = photographs()
        write_part(file, "photographs", parameters, images, np.arange(len(images)))


if __name__ == "__main__":
    main()
