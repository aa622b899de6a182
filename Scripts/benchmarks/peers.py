"""The soft nearest neighbor loss of other people's tools, each in its fastest exact form we know.

Every function takes float32 rows `x` (N x D), labels `y` (N) and temperatures `t` (T), and returns the
loss at each temperature in nats, singletons left out of the mean. Perplexity and slope, which
snn-analyze computes along, are not asked of them.
"""

from __future__ import annotations

import numpy as np

BLOCK = 512


def numpy_blocked(x: np.ndarray, y: np.ndarray, t: np.ndarray) -> np.ndarray:
    """Blocks of rows against all, sgemm by OpenBLAS, a shift for each of the two sums."""
    x = x - x.mean(0)
    norms = (x * x).sum(1)
    total = np.zeros(len(t))
    counted = 0
    for start in range(0, len(x), BLOCK):
        rows = slice(start, min(start + BLOCK, len(x)))
        d = norms[rows, None] + norms[None] - 2 * (x[rows] @ x.T)
        np.maximum(d, 0, out=d)
        own = np.arange(rows.start, rows.stop)
        d[np.arange(len(own)), own] = np.inf
        same = y[rows, None] == y[None]
        near_same = np.where(same, d, np.inf).min(1)
        near_other = np.where(same, np.inf, d).min(1)
        valid = np.isfinite(near_same)
        gaps = np.where(same, d - near_same[:, None], d - near_other[:, None])
        for index, temperature in enumerate(t):
            e = np.exp(gaps * np.float32(-1 / temperature))
            a = np.where(same, e, 0).sum(1)
            b = e.sum(1) - a
            z = (near_same - near_other) / temperature + np.log(b / a)
            total[index] += np.logaddexp(0, z[valid].astype(np.float64)).sum()
        counted += int(valid.sum())
    return total / counted


def jax_chunked(one_shift: bool):
    """jit-compiled blocks; with one shift for both sums it is the fastest, and infinite when cold."""
    import jax
    import jax.numpy as jnp

    def block(rows, own, labels, x, y, norms, t):
        d = (rows * rows).sum(1)[:, None] + norms[None] - 2 * rows @ x.T
        d = jnp.maximum(d, 0)
        self_ = own[:, None] == jnp.arange(x.shape[0])[None]
        same = (labels[:, None] == y[None]) & ~self_
        other = ~same & ~self_
        d = jnp.where(self_, jnp.inf, d)
        near_same = jnp.where(same, d, jnp.inf).min(1)
        near_other = jnp.where(other, d, jnp.inf).min(1)
        valid = jnp.isfinite(near_same)

        def at(temperature):
            if one_shift:
                near = jnp.minimum(near_same, near_other)
                e = jnp.exp((near[:, None] - d) / temperature)
                a = jnp.where(same, e, 0).sum(1)
                return jnp.where(valid, jnp.log(e.sum(1)) - jnp.log(a), 0).sum()
            near = jnp.where(same, near_same[:, None], near_other[:, None])
            e = jnp.exp((near - d) / temperature)
            a = jnp.where(same, e, 0).sum(1)
            b = jnp.where(other, e, 0).sum(1)
            z = (near_same - near_other) / temperature + jnp.log(b / a)
            return jnp.where(valid, jnp.logaddexp(0, z), 0).sum()

        return jax.lax.map(at, t), valid.sum()

    compiled = jax.jit(block)

    def loss(x: np.ndarray, y: np.ndarray, t: np.ndarray) -> np.ndarray:
        x = jnp.asarray(x - x.mean(0))
        labels = jnp.asarray(y)
        norms = (x * x).sum(1)
        temperatures = jnp.asarray(t, jnp.float32)
        total, counted = 0.0, 0
        for start in range(0, len(x), BLOCK):
            own = jnp.arange(start, min(start + BLOCK, len(x)))
            part, valid = compiled(x[own], own, labels[own], x, labels, norms, temperatures)
            total, counted = total + np.asarray(part, np.float64), counted + int(valid)
        return total / counted

    return loss


def torch_square(x: np.ndarray, y: np.ndarray, t: np.ndarray) -> np.ndarray:
    """N x N at once for each temperature: the form of cleverhans and pt-snnl, without their epsilon."""
    import torch

    rows = torch.from_numpy(np.ascontiguousarray(x))
    labels = torch.from_numpy(np.ascontiguousarray(y))
    losses = []
    for temperature in t:
        squares = (rows * rows).sum(1)
        d = squares[:, None] + squares[None] - 2 * rows @ rows.T
        f = torch.exp(-(d / float(temperature)))
        f = f - torch.eye(len(rows))
        f = f / (1e-5 + f.sum(1, keepdim=True))
        same = (labels[:, None] == labels[None]).float()
        losses.append(float(-torch.log(1e-5 + (f * same).sum(1)).mean()))
    return np.asarray(losses)
