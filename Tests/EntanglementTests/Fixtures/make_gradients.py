"""Writes gradients.json: values and gradients of the loss by PyTorch autograd in float64.

    python make_gradients.py            # needs torch and numpy; the file came from torch 2.13.0

The loss is written down here as its definition reads, on N × N × D differences, and autograd does
the rest; nothing is shared with the library or with notebooks-data. Each case of the file holds

    rows × columns, x (row by row), labels                    the input; every x is a float32
    at: [ { temperature, loss, dx, dT } ]                     l(T), ∂l/∂x (like x), ∂l/∂T
    minimum: { temperature, loss, dx } or absent              min_T l(T) where it is interior
    cleverhans                                                cleverhans' value in float32 at its
                                                              default T = 100; null where NaN

Units: nats; x as it is; T in its square. Samples alone in their class are no anchors.
"""

import json
import math
from pathlib import Path

import numpy as np
import torch


def loss(x, labels, temperature):
    """l(T) = mean over anchors of −log(A/B) = log(1 + O/A), B = A + O; self is left out by index."""
    distances = (x[:, None] - x[None]).square().sum(dim=2)
    itself = torch.eye(len(x), dtype=torch.bool)
    same = (labels[:, None] == labels[None]) & ~itself
    anchors = same.any(dim=1)
    exponents = -distances / temperature
    log_same = exponents.masked_fill(~same, -math.inf)[anchors].logsumexp(dim=1)
    other = labels[:, None] != labels[None]
    log_other = exponents.masked_fill(~other, -math.inf)[anchors].logsumexp(dim=1)
    # The second form: the first loses small losses to cancellation.
    return torch.logaddexp(log_other - log_same, torch.zeros(())).mean()


def at_temperature(x, labels, temperature):
    x = x.clone().requires_grad_()
    t = torch.tensor(temperature, dtype=torch.float64, requires_grad=True)
    value = loss(x, labels, t)
    value.backward()
    assert x.grad.isfinite().all() and t.grad.isfinite()
    return {
        "temperature": temperature,
        "loss": value.item(),
        "dx": x.grad.flatten().tolist(),
        "dT": t.grad.item(),
    }


def slope(x, labels, log_temperature):
    """dl/d ln T."""
    at = torch.tensor(log_temperature, dtype=torch.float64, requires_grad=True)
    loss(x, labels, at.exp()).backward()
    return at.grad.item()


def minimum(x, labels, scale):
    """The lowest interior minimum, by bisection of the slope; None if an end is lower."""
    grid = np.log(scale) + np.linspace(math.log(1e-9), math.log(1e4), 700)
    values = [loss(x, labels, math.exp(point)).item() for point in grid]
    best = int(np.argmin(values))
    if best in (0, len(grid) - 1):
        return None
    low, high = grid[best - 1], grid[best + 1]
    for _ in range(80):
        middle = (low + high) / 2
        if slope(x, labels, middle) < 0:
            low = middle
        else:
            high = middle
    found = at_temperature(x, labels, math.exp((low + high) / 2))
    # ∂l/∂T = 0 here, so the gradient of the minimum is the one at fixed T.
    residual = abs(found.pop("dT")) * found["temperature"]
    assert residual < 1e-9, residual  # the exponents of an outlier round at 1e-11
    return found


def cleverhans(x, labels, temperature=100.0):
    """cleverhans' SNNL in float32: unclamped expansion, identity subtracted; None if NaN."""
    x = x.astype(np.float32)
    squares = (x**2).sum(axis=1, dtype=np.float32)
    distances = squares[None] + squares[:, None] - 2 * (x @ x.T)
    f = np.exp(-distances / np.float32(temperature)) - np.eye(len(x), dtype=np.float32)
    picked = f / (np.float32(1e-5) + f.sum(axis=1, keepdims=True))
    same = labels[None] == labels[:, None]
    with np.errstate(invalid="ignore"):
        value = -np.log(np.float32(1e-5) + (picked * same).sum(axis=1)).mean()
    return float(value) if np.isfinite(value) else None


def mixture(generator, rows, columns, classes, separation, offset=0.0, scale=1.0):
    labels = np.arange(rows) % classes
    centers = generator.normal(size=(classes, columns)) * separation
    x = centers[labels] + generator.normal(size=(rows, columns)) + offset
    return (x * scale).astype(np.float32).astype(np.float64), labels


def cases(generator):
    """Name, x, labels, temperatures in units of the mean distance."""
    relative = (0.01, 0.1, 1.0, 100.0)
    yield "two of one class and one other", *mixture(generator, 3, 1, 2, 1), relative
    yield "overlapping", *mixture(generator, 17, 5, 3, 0.5), relative
    yield "separated", *mixture(generator, 33, 8, 4, 2), relative
    x, labels = mixture(generator, 20, 3, 4, 1)
    labels[0] = 9
    yield "a class of one sample", x, labels, relative
    x, labels = mixture(generator, 16, 4, 2, 1)
    x[5], x[10], x[7] = x[3], x[4], x[2]
    yield "duplicates within and across classes", x, labels, relative
    x, labels = mixture(generator, 24, 4, 3, 1)
    x[0] *= 1000
    yield "an outlier", x, labels, (1e-7, 1e-4, 1.0)
    yield "many classes", *mixture(generator, 65, 2, 10, 1), (0.05, 1.0)
    yield "tiny values", *mixture(generator, 12, 6, 3, 1, scale=1e-12), relative
    yield "an offset", *mixture(generator, 24, 16, 3, 1, offset=1000), relative
    yield "cleverhans is NaN", *mixture(generator, 32, 16, 4, 0.3, scale=12), relative


def main():
    generator = np.random.default_rng(1902)
    result = []
    for name, x, labels, temperatures in cases(generator):
        tensor, classes = torch.tensor(x), torch.tensor(labels)
        count = len(x)
        distances = (tensor[:, None] - tensor[None]).square().sum(dim=2)
        scale = distances.sum().item() / (count * (count - 1))
        case = {
            "name": name,
            "rows": count,
            "columns": x.shape[1],
            "x": x.flatten().tolist(),
            "labels": labels.tolist(),
            "at": [at_temperature(tensor, classes, t * scale) for t in temperatures],
            "cleverhans": cleverhans(x, labels),
        }
        found = minimum(tensor, classes, scale)
        if found is not None:
            case["minimum"] = found
        result.append(case)
        print(f"{name}: {count} × {x.shape[1]}, minimum {found and found['loss']}, "
              f"cleverhans {case['cleverhans']}")
    assert any(case["cleverhans"] is None for case in result)
    path = Path(__file__).with_name("gradients.json")
    lines = ",\n".join(json.dumps(case) for case in result)
    path.write_text(f"[\n{lines}\n]\n")


if __name__ == "__main__":
    main()
