"""PyTorch: a small convolutional network, recorded by forward hooks.

    pip install h5py scikit-learn torch
    python record_pytorch.py [OUTPUT.h5]
"""

from collections import OrderedDict

import numpy as np
import torch
from digits import SEED, Digits, say
from snn_analyze.record import record_pytorch
from torch import nn


def network() -> nn.Module:
    return nn.Sequential(
        OrderedDict(
            image=nn.Unflatten(1, (1, 8, 8)),
            conv1=nn.Conv2d(1, 16, 3, padding=1),
            relu1=nn.ReLU(),
            pool1=nn.MaxPool2d(2),
            conv2=nn.Conv2d(16, 32, 3, padding=1),
            relu2=nn.ReLU(),
            pool2=nn.MaxPool2d(2),
            flat=nn.Flatten(),
            logits=nn.Linear(32 * 2 * 2, 10),
        )
    )


def main() -> None:
    torch.manual_seed(SEED)
    generator = np.random.default_rng(SEED)
    digits = Digits()
    inputs = torch.from_numpy(digits.train_inputs)
    labels = torch.from_numpy(digits.train_labels)
    test = torch.from_numpy(digits.test_inputs).split(256)

    model = network()
    optimizer = torch.optim.Adam(model.parameters(), lr=2e-3)
    recorder = digits.recorder("pytorch", provenance={"network": "two convolutions, ReLU"})
    layers = ["pool*", "logits"]
    record_pytorch(recorder, 0, model, test, layers=layers)
    for epoch in range(1, 21):
        for rows in digits.batches(generator):
            optimizer.zero_grad()
            nn.functional.cross_entropy(model(inputs[rows]), labels[rows]).backward()
            optimizer.step()
        if epoch in (1, 2, 5, 10, 20):
            with torch.inference_mode():
                predicted = torch.cat([model(batch) for batch in test]).argmax(dim=1).numpy()
            accuracy = float((predicted == digits.test_labels).mean())
            metrics = {"test_accuracy": accuracy}
            record_pytorch(recorder, epoch, model, test, layers=layers, metrics=metrics)
            print(f"epoch {epoch:2d}  test accuracy {accuracy:.3f}")
    say(recorder)


if __name__ == "__main__":
    main()
