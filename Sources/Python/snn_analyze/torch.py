"""The soft nearest neighbor loss for PyTorch, finite at every temperature.

    from snn_analyze import SoftNearestNeighborLoss

    entanglement = SoftNearestNeighborLoss()              # minimised over the temperature
    loss = cross_entropy(logits, labels) - 0.1 * entanglement(hidden, labels)

For sample i with class y_i, squared distance d_ij = |x_i − x_j|² and temperature T > 0:

    l_i(T) = −log( Σ_{j≠i, y_j=y_i} exp(−d_ij/T) / Σ_{k≠i} exp(−d_ik/T) )       nats
    l(T)   = mean of l_i over the samples whose class has two or more

(Frosst, Papernot, Hinton, ICML 2019, arXiv 1902.01889.) T is in squared units of x. These are the
values of `snn-analyze`. It needs PyTorch only; the file stands alone and may be copied.

Goals, in this order:

1. Right values and finite gradients for every finite input and T > 0: log domain throughout, the
   sample itself left out by index, nothing added inside the logarithm.
2. Distances that survive features with an offset, and near-duplicates.
3. N² memory, no N × N × D.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.autograd.function import once_differentiable

#: Below this share of |x_i|² + |x_j|² the expansion has lost the distance to cancellation.
_CLOSE = 1e-2

#: Pairs of rows whose differences are in memory at once, in numbers.
_BLOCK = 2**22


class _SquaredDistances(torch.autograd.Function):
    """d_ij = |x_i − x_j|², with ∂/∂x_i Σ g_ij d_ij = 2 Σ_j (g_ij + g_ji)(x_i − x_j)."""

    @staticmethod
    def forward(ctx, x: Tensor) -> Tensor:
        # Distances do not change when an offset is taken off; rounding errors do. The median
        # rather than the mean, which one outlier drags away from all other rows.
        centred = x - x.median(dim=0).values
        squares = centred.square().sum(dim=1)
        scale = squares[:, None] + squares[None, :]
        distances = torch.addmm(scale, centred, centred.t(), alpha=-2)
        rows, columns = (distances < _CLOSE * scale).triu(1).nonzero(as_tuple=True)
        step = max(1, _BLOCK // max(1, x.shape[1]))
        for start in range(0, len(rows), step):
            i, j = rows[start : start + step], columns[start : start + step]
            exact = (x[i] - x[j]).square().sum(dim=1)
            distances[i, j] = exact
            distances[j, i] = exact
        distances.fill_diagonal_(0)
        ctx.save_for_backward(centred)
        return distances

    @staticmethod
    @once_differentiable
    def backward(ctx, gradient: Tensor) -> Tensor:
        (x,) = ctx.saved_tensors
        both = gradient + gradient.t()
        return 2 * (both.sum(dim=1, keepdim=True) * x - both @ x)


def squared_distances(x: Tensor) -> Tensor:
    """N × N squared Euclidean distances of the rows of x, flattened to N × D; zero diagonal."""
    x = x.flatten(start_dim=1)
    return _SquaredDistances.apply(x.float() if x.dtype in (torch.half, torch.bfloat16) else x)


class _Pairs:
    """Which neighbors of each anchor share its class and which do not; the sample is neither."""

    def __init__(self, labels: Tensor) -> None:
        same = labels[:, None] == labels[None, :]
        other = ~same
        same.fill_diagonal_(False)
        self.anchors = same.any(dim=1)
        if not bool(self.anchors.any()):
            raise ValueError(
                f"no class has two samples in this batch of {len(labels)}, so the loss has no "
                "anchor; use larger batches, and drop_last=True in the DataLoader"
            )
        self.same, self.other = same[self.anchors], other[self.anchors]
        self.single_class = not bool(other.any())

    def loss(self, distances: Tensor, temperature: Tensor) -> Tensor:
        """l(T): the mean over anchors of log(1 + Σ_other / Σ_same)."""
        if self.single_class:
            # 0 wherever the samples lie, and so is the gradient.
            return 0 * (distances.sum() / temperature)
        exponents = -distances[self.anchors] / temperature
        log_same = exponents.masked_fill(~self.same, -math.inf).logsumexp(dim=1)
        log_other = exponents.masked_fill(~self.other, -math.inf).logsumexp(dim=1)
        # Not log Σ_all − log Σ_same, which is 0 as soon as Σ_other / Σ_same is below rounding.
        ratio = log_other - log_same
        return torch.logaddexp(ratio, torch.zeros_like(ratio)).mean()

    def slope(self, distances: Tensor, log_temperature: float) -> float:
        """dl/d ln T at fixed distances."""
        with torch.enable_grad():
            at = distances.new_tensor(log_temperature).requires_grad_()
            (slope,) = torch.autograd.grad(self.loss(distances, at.exp()), at)
        return float(slope)


def soft_nearest_neighbor_loss(x: Tensor, labels: Tensor, temperature: Tensor | float) -> Tensor:
    """l(T) in nats, with gradients for x and, if it is a tensor that wants one, for T.

    Accuracy: that of the distances' type. In float32 an outlier at a thousand times the spread of
    the others leaves T some three digits; pass `x.double()` for such data.

    Args:
        x: N × … activations; more than two axes are flattened. Half types are computed in float32.
        labels: N integers.
        temperature: T > 0 in squared units of x.

    Raises:
        ValueError: shapes differ, T is not positive, or no class has two samples.
    """
    _require_fit(x, labels)
    distances = squared_distances(x)
    temperature = torch.as_tensor(temperature, dtype=distances.dtype, device=distances.device)
    if not bool(temperature > 0):
        raise ValueError(f"the temperature is {float(temperature)}, but needs to be positive")
    return _Pairs(labels).loss(distances, temperature)


def minimum_over_temperature(
    x: Tensor, labels: Tensor, span: tuple[float, float] = (1e-3, 1e2), points: int = 41
) -> tuple[Tensor, float]:
    """The paper's form without a temperature: (min_T l(T), the T where it is).

    T is searched between `span` times the mean distance: a logarithmic grid, then the zero of the
    slope beside its best point, some fifty evaluations of l together. The gradient is that of l at
    fixed T*: at an interior minimum ∂l/∂T = 0, so T's dependence on x adds nothing. Where l falls
    to an end of the span, T* is that end: l tends to its infimum there (T → 0: every nearest
    neighbor shares the class).

    Raises:
        ValueError: as `soft_nearest_neighbor_loss`.
    """
    _require_fit(x, labels)
    distances = squared_distances(x)
    pairs = _Pairs(labels)
    fixed = distances.detach()
    scale = float(fixed.sum()) / max(1, len(labels) * (len(labels) - 1))
    low, high = (math.log((scale or 1.0) * end) for end in span)
    grid = [low + (high - low) * index / (points - 1) for index in range(points)]
    with torch.no_grad():
        values = [float(pairs.loss(fixed, fixed.new_tensor(at).exp())) for at in grid]
    best = values.index(min(values))
    at = grid[best]
    if 0 < best < points - 1:
        at = _zero(lambda at: pairs.slope(fixed, at), grid[best - 1], grid[best + 1], at)
    temperature = math.exp(at)
    return pairs.loss(distances, fixed.new_tensor(temperature)), temperature


def _zero(slope: Callable[[float], float], low: float, high: float, start: float) -> float:
    """Where an ascending slope crosses zero between low and high, by the Illinois method."""
    slopes = slope(low), slope(high)
    if not slopes[0] < 0 < slopes[1]:
        return start
    at = start
    for _ in range(30):
        previous = at
        at = high - slopes[1] * (high - low) / (slopes[1] - slopes[0])
        here = slope(at)
        # The end that stays weighs half, or it would stay forever.
        if here < 0:
            low, slopes = at, (here, slopes[1] / 2)
        else:
            high, slopes = at, (slopes[0] / 2, here)
        if here == 0 or abs(at - previous) < 1e-8:
            break
    return at


def _require_fit(x: Tensor, labels: Tensor) -> None:
    if x.ndim < 2 or labels.shape != x.shape[:1]:
        raise ValueError(
            f"x has shape {tuple(x.shape)} and labels {tuple(labels.shape)}; "
            "N × D and N are needed"
        )


class SoftNearestNeighborLoss(nn.Module):
    """α · l as a term of a training loss.

    Three treatments of T:

    - `temperature=None`: every call takes the T that minimises l on its batch. Needs no choice.
    - a number: T begins there and is learned as ln T, so it stays positive. The gradient moves T
      to *lower* l whatever the sign of α: with α < 0 the weights raise l while T lowers it, as in
      the paper. (Plain autograd of α·l would let T raise it too, to its trivial end T → 0.)
    - a number and `learn_temperature=False`: T stays.

    Args:
        temperature: T > 0 in squared units of the activations, or None.
        weight: α; negative entangles the classes, positive separates them.
        learn_temperature: whether T is a parameter.

    Example:
        >>> entangle = SoftNearestNeighborLoss(temperature=1.0, weight=-0.1)
        >>> optimizer = torch.optim.Adam([*model.parameters(), *entangle.parameters()])
        >>> loss = cross_entropy(logits, labels) + entangle(hidden, labels)
    """

    def __init__(
        self,
        temperature: float | None = None,
        *,
        weight: float = 1.0,
        learn_temperature: bool = True,
    ) -> None:
        super().__init__()
        if temperature is not None and not (0 < temperature < math.inf):
            raise ValueError(f"the temperature is {temperature}, but needs to be positive")
        self.weight = weight
        self.log_temperature: Tensor | None = None
        if temperature is not None:
            value = torch.tensor(math.log(temperature))
            if learn_temperature:
                self.log_temperature = nn.Parameter(value)
            else:
                del self.log_temperature
                self.register_buffer("log_temperature", value)

    @property
    def temperature(self) -> float | None:
        """T now; None if it is searched at every call."""
        return None if self.log_temperature is None else self.log_temperature.detach().exp().item()

    def forward(self, x: Tensor, labels: Tensor) -> Tensor:
        """α · l of a batch: x is N × …, labels N."""
        if self.log_temperature is None:
            loss, _ = minimum_over_temperature(x, labels)
            return self.weight * loss
        _require_fit(x, labels)
        log_temperature = self.log_temperature
        if self.weight < 0:
            # The same value with the opposite gradient.
            log_temperature = 2 * log_temperature.detach() - log_temperature
        distances = squared_distances(x)
        temperature = log_temperature.to(distances.dtype).exp()
        return self.weight * _Pairs(labels).loss(distances, temperature)

    def extra_repr(self) -> str:
        return f"temperature={self.temperature}, weight={self.weight}"
