"""JAX with Flax: submodules are recorded by name, and whatever the module sows.

    pip install h5py scikit-learn flax optax
    python record_flax.py [OUTPUT.h5]
"""

import jax
import numpy as np
import optax
from digits import SEED, Digits, say
from flax import linen as nn
from snn_analyze.record import record_flax


class Perceptron(nn.Module):
    """64-128-64-10 with ReLU."""

    @nn.compact
    def __call__(self, inputs):
        for index, width in enumerate((128, 64), start=1):
            inputs = nn.relu(nn.Dense(width)(inputs))
            # Sown under a name of its own, because a bare function is no submodule.
            self.sow("intermediates", f"relu{index}", inputs)
        return nn.Dense(10, name="logits")(inputs)


def main() -> None:
    digits = Digits()
    generator = np.random.default_rng(SEED)
    module = Perceptron()
    variables = module.init(jax.random.key(SEED), digits.train_inputs[:1])
    parameters = {"params": variables["params"]}
    optimizer = optax.adam(1e-3)
    state = optimizer.init(parameters)

    def loss(parameters, inputs, labels):
        logits = module.apply(parameters, inputs)
        return optax.softmax_cross_entropy_with_integer_labels(logits, labels).mean()

    @jax.jit
    def update(parameters, state, inputs, labels):
        gradients = jax.grad(loss)(parameters, inputs, labels)
        changes, state = optimizer.update(gradients, state)
        return optax.apply_updates(parameters, changes), state

    test = [digits.test_inputs[start : start + 256] for start in range(0, 899, 256)]
    recorder = digits.recorder("flax", provenance={"network": "64-128-64-10, ReLU"})
    record_flax(recorder, 0, module, parameters, test, layers=["relu*", "logits"])
    for epoch in range(1, 21):
        for rows in digits.batches(generator):
            parameters, state = update(
                parameters, state, digits.train_inputs[rows], digits.train_labels[rows]
            )
        if epoch in (1, 2, 5, 10, 20):
            predicted = np.asarray(module.apply(parameters, digits.test_inputs)).argmax(axis=1)
            accuracy = float((predicted == digits.test_labels).mean())
            metrics = {"test_accuracy": accuracy}
            record_flax(
                recorder, epoch, module, parameters, test,
                layers=["relu*", "logits"], metrics=metrics,
            )
            print(f"epoch {epoch:2d}  test accuracy {accuracy:.3f}")
    say(recorder)


if __name__ == "__main__":
    main()
