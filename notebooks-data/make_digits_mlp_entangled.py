"""Trains the network of make_digits_mlp.py with its hidden layers kept entangled.

    python make_digits_mlp_entangled.py [OUTPUT]    # default: digits-mlp-entangled.h5 beside this

The objective is the paper's (equation 2): cross-entropy + ALPHA · Σ over hidden layers of the soft
nearest neighbor loss of the batch, with ALPHA < 0, so that hidden layers are rewarded for mixing
classes. T is a fixed share of the batch's mean distance. Same data, seed and batches as the plain
run; fewer checkpoints, all of which the plain run has too.
"""

import sys
from pathlib import Path

import make_digits_mlp as plain  # first: it limits numpy to one thread

import h5py
import numpy as np

ALPHA = -0.1
RELATIVE_TEMPERATURE = 0.1


def loss_gradient(rows, labels):
    """Returns the gradient of the soft nearest neighbor loss of the rows, T held fixed.

    w_ij = ([y_i = y_j] e_ij / A_i − e_ij / B_i) / (T n),  ∂l/∂x_i = 2 Σ_j (w_ij + w_ji)(x_i − x_j)
    """
    count = len(rows)
    squares = (rows**2).sum(axis=1)
    distances = np.maximum(squares[:, None] + squares[None] - 2 * rows @ rows.T, 0)
    mean = distances.sum() / (count * (count - 1))
    if mean == 0:
        return np.zeros_like(rows)
    temperature = RELATIVE_TEMPERATURE * mean
    others = ~np.eye(count, dtype=bool)
    same = (labels[:, None] == labels[None]) & others
    eligible = same.any(axis=1)
    if not eligible.any():
        return np.zeros_like(rows)

    def shares(mask):
        logits = np.where(mask, -distances / temperature, -np.inf)
        top = np.where(mask.any(axis=1), logits.max(axis=1), 0)
        terms = np.exp(logits - top[:, None])
        return terms / np.maximum(terms.sum(axis=1, keepdims=True), 1e-300)

    weights = (shares(same) - shares(others)) / (temperature * eligible.sum())
    weights[~eligible] = 0
    weights = weights + weights.T
    return 2 * (weights.sum(axis=1)[:, None] * rows - weights @ rows)


def gradients(parameters, inputs, labels):
    """Returns the gradient of the composite objective, in the shape of `parameters`."""
    activations = plain.forward(parameters, inputs)
    delta = np.exp(plain.log_softmax(activations[-1]))
    delta[np.arange(len(labels)), labels] -= 1
    delta /= len(labels)
    result = []
    for index in reversed(range(len(parameters))):
        below = activations[index - 1] if index > 0 else inputs
        result.append((below.T @ delta, delta.sum(axis=0)))
        if index > 0:
            delta = delta @ parameters[index][0].T + ALPHA * loss_gradient(below, labels)
            delta *= below > 0
    return result[::-1]


if __name__ == "__main__":
    plain.gradients = gradients
    plain.CHECKPOINT_EPOCHS = (0, 3, 13, 55)
    if len(sys.argv) < 2:
        sys.argv.append(str(Path(__file__).with_name("digits-mlp-entangled.h5")))
    plain.main()
    with h5py.File(sys.argv[1], "r+") as file:
        file.attrs["training"] += (
            f", plus {ALPHA:g} times the soft nearest neighbor loss of each hidden layer"
        )
        file.attrs["made_by"] = Path(__file__).name
