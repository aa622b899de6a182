"""Trains a small network on scikit-learn's handwritten digits and keeps its activations.

    python make_digits_mlp.py [OUTPUT]        # default: digits-mlp.h5 beside this script

The network is 64-256-128-64-10 with ReLU, trained by Adam on the cross-entropy of one half of the
digits. Every checkpoint holds the activations of the *other* half, so what is analyzed was never
trained on. README.md describes the file.

Goals, in this order:

1. The same bytes on every run: one seed, one thread, no timestamps and no versions in the file.
2. Nothing beyond numpy, scikit-learn and h5py.
3. A loop short enough to read in one go.
"""

import os

# More threads change the order of the sums in a matrix product, and with it the last bits.
for library in ("OMP", "OPENBLAS", "MKL"):
    os.environ[f"{library}_NUM_THREADS"] = "1"
os.environ["VECLIB_MAXIMUM_THREADS"] = "1"

import sys
from pathlib import Path

import h5py
import numpy as np
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

SEED = 20190205
WIDTHS = (64, 256, 128, 64, 10)
LAYER_NAMES = ("layer1", "layer2", "layer3", "logits")
CHECKPOINT_EPOCHS = (0, 1, 2, 3, 5, 8, 13, 21, 34, 55)
BATCH_SIZE = 32
LEARNING_RATE = 1e-3


def initial_parameters(generator):
    """Returns a (weight, bias) pair per layer: He's normal initialisation, zero biases."""
    return [
        (generator.normal(0, np.sqrt(2 / fan_in), (fan_in, fan_out)), np.zeros(fan_out))
        for fan_in, fan_out in zip(WIDTHS, WIDTHS[1:])
    ]


def forward(parameters, inputs):
    """Returns the activations of every layer: ReLU for the hidden ones, the last one linear."""
    activations = []
    for index, (weight, bias) in enumerate(parameters):
        inputs = inputs @ weight + bias
        if index < len(parameters) - 1:
            inputs = np.maximum(inputs, 0)
        activations.append(inputs)
    return activations


def log_softmax(logits):
    shifted = logits - logits.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))


def cross_entropy(logits, labels):
    return -log_softmax(logits)[np.arange(len(labels)), labels].mean()


def gradients(parameters, inputs, labels):
    """Returns the gradient of the mean cross-entropy, in the shape of `parameters`."""
    activations = forward(parameters, inputs)
    delta = np.exp(log_softmax(activations[-1]))
    delta[np.arange(len(labels)), labels] -= 1
    delta /= len(labels)
    result = []
    for index in reversed(range(len(parameters))):
        below = activations[index - 1] if index > 0 else inputs
        result.append((below.T @ delta, delta.sum(axis=0)))
        if index > 0:
            delta = (delta @ parameters[index][0].T) * (below > 0)
    return result[::-1]


class Adam:
    """Kingma & Ba 2015, with the paper's constants."""

    def __init__(self, parameters):
        self.step = 0
        self.mean = [[np.zeros_like(value) for value in pair] for pair in parameters]
        self.square = [[np.zeros_like(value) for value in pair] for pair in parameters]

    def update(self, parameters, gradient):
        self.step += 1
        rate = LEARNING_RATE * np.sqrt(1 - 0.999**self.step) / (1 - 0.9**self.step)
        for layer, pair in enumerate(gradient):
            for part, value in enumerate(pair):
                mean, square = self.mean[layer][part], self.square[layer][part]
                mean += 0.1 * (value - mean)
                square += 0.001 * (value**2 - square)
                parameters[layer][part][...] -= rate * mean / (np.sqrt(square) + 1e-8)


def write_checkpoint(file, epoch, step, parameters, train, test):
    """Adds the group of one checkpoint and prints its line."""
    activations = forward(parameters, test[0])
    predictions = activations[-1].argmax(axis=1)
    accuracy = float((predictions == test[1]).mean())
    train_loss = float(cross_entropy(forward(parameters, train[0])[-1], train[1]))

    group = file.create_group(f"epoch_{epoch:03d}", track_order=True)
    group.attrs["epoch"] = epoch
    group.attrs["step"] = step
    group.attrs["test_accuracy"] = accuracy
    group.attrs["train_loss"] = train_loss
    for name, values in zip(LAYER_NAMES, activations):
        write_array(group, name, values.astype(np.float16))
    write_array(group, "predictions", predictions.astype(np.uint8))
    print(
        f"epoch {epoch:3d}  step {step:5d}  "
        f"train loss {train_loss:.6f}  test accuracy {accuracy:.4f}"
    )


def write_array(group, name, values):
    group.create_dataset(
        name,
        data=values,
        chunks=values.shape,
        compression="gzip",
        compression_opts=9,
        shuffle=True,
        track_times=False,
    )


def main():
    output = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_name("digits-mlp.h5")

    digits = load_digits()
    train_ids, test_ids = train_test_split(
        np.arange(len(digits.target)), test_size=0.5, random_state=SEED, stratify=digits.target
    )
    train_ids, test_ids = np.sort(train_ids), np.sort(test_ids)
    train = digits.data[train_ids] / 16, digits.target[train_ids]
    test = digits.data[test_ids] / 16, digits.target[test_ids]

    generator = np.random.default_rng(SEED)
    parameters = initial_parameters(generator)
    optimizer = Adam(parameters)

    with h5py.File(output, "w", track_order=True) as file:
        file.attrs["dataset"] = "scikit-learn load_digits, pixels / 16, stratified half held out"
        file.attrs["network"] = "64-256-128-64-10, ReLU"
        file.attrs["training"] = (
            f"Adam {LEARNING_RATE:g}, cross-entropy, batches of {BATCH_SIZE}, "
            f"{CHECKPOINT_EPOCHS[-1]} epochs"
        )
        file.attrs["seed"] = SEED
        file.attrs["made_by"] = "make_digits_mlp.py"
        write_array(file, "labels", test[1].astype(np.uint8))
        write_array(file, "sample_ids", test_ids.astype(np.uint16))

        write_checkpoint(file, 0, 0, parameters, train, test)
        for epoch in range(1, CHECKPOINT_EPOCHS[-1] + 1):
            order = generator.permutation(len(train_ids))
            for start in range(0, len(order), BATCH_SIZE):
                batch = order[start : start + BATCH_SIZE]
                gradient = gradients(parameters, train[0][batch], train[1][batch])
                optimizer.update(parameters, gradient)
            if epoch in CHECKPOINT_EPOCHS:
                write_checkpoint(file, epoch, optimizer.step, parameters, train, test)


if __name__ == "__main__":
    main()
