"""Trains a network with and without entangled hidden layers: the paper's second half, to follow.

    pip install h5py scikit-learn torch
    python train_entangled.py [FOLDER]            # half a minute on one core

    snn-analyze FOLDER/plain.h5                   # reports in Reports/plain
    snn-analyze FOLDER/entangled.h5               # reports in Reports/entangled

Both networks start from the same weights and see the same batches. The loss of `plain` is the
cross-entropy; that of `entangled` adds α · l of every hidden layer with α < 0, which asks them to
keep the classes mixed until the last layer has to tell them apart (Frosst, Papernot, Hinton 2019,
section 4). README.md beside the recorder says what to read in the figures.
"""

import sys
from collections import OrderedDict
from pathlib import Path

import numpy as np
import torch
from digits import SEED, Digits
from snn_analyze.record import Recorder, record_pytorch
from snn_analyze.torch import SoftNearestNeighborLoss, squared_distances
from torch import nn

WEIGHT = -0.1
EPOCHS = 80
RECORDED = (0, 1, 2, 5, 10, 20, 40, 80)
HIDDEN = ("relu1", "relu2", "relu3")


def network() -> nn.Sequential:
    torch.manual_seed(SEED)
    return nn.Sequential(
        OrderedDict(
            dense1=nn.Linear(64, 128),
            relu1=nn.ReLU(),
            dense2=nn.Linear(128, 128),
            relu2=nn.ReLU(),
            dense3=nn.Linear(128, 128),
            relu3=nn.ReLU(),
            logits=nn.Linear(128, 10),
        )
    )


def forward(model: nn.Sequential, inputs: torch.Tensor) -> dict[str, torch.Tensor]:
    """The outputs of all modules, in order."""
    outputs = {}
    for name, module in model.named_children():
        inputs = outputs[name] = module(inputs)
    return outputs


def train(digits: Digits, recorder: Recorder, weight: float) -> float:
    """Trains and records one network; returns its accuracy on the held-out half."""
    inputs = torch.from_numpy(digits.train_inputs)
    labels = torch.from_numpy(digits.train_labels)
    test = torch.from_numpy(digits.test_inputs)
    generator = np.random.default_rng(SEED)
    model = network()
    # T begins at the mean distance of the untrained layer and is learned, layer by layer.
    start = forward(model, inputs)
    entanglements = nn.ModuleDict(
        {
            name: SoftNearestNeighborLoss(
                float(squared_distances(start[name].detach()).mean()), weight=weight
            )
            for name in HIDDEN
        }
    )
    optimizer = torch.optim.Adam(
        [{"params": model.parameters()}, {"params": entanglements.parameters(), "lr": 0.05}],
        lr=1e-3,
    )
    accuracy = 0.0
    for epoch in range(EPOCHS + 1):
        # Batches of 64, so that a class has about 6 samples in each: the loss needs neighbors.
        for rows in digits.batches(generator, size=64) if epoch > 0 else ():
            outputs = forward(model, inputs[rows])
            loss = nn.functional.cross_entropy(outputs["logits"], labels[rows])
            if weight != 0:
                for name, entanglement in entanglements.items():
                    loss = loss + entanglement(outputs[name], labels[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        if epoch in RECORDED:
            with torch.inference_mode():
                predicted = model(test).argmax(dim=1).numpy()
            accuracy = float((predicted == digits.test_labels).mean())
            record_pytorch(
                recorder, epoch, model, test.split(256),
                layers=[*HIDDEN, "logits"], metrics={"test_accuracy": accuracy},
            )
    return accuracy


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path()
    digits = Digits()
    for name, weight in (("plain", 0.0), ("entangled", WEIGHT)):
        recorder = Recorder(
            folder / f"{name}.h5",
            digits.test_labels,
            sample_ids=digits.test_ids,
            provenance={"dataset": "digits, held-out half", "seed": SEED, "alpha": weight},
            overwrite=True,
        )
        accuracy = train(digits, recorder, weight)
        print(f"{name}: α = {weight:g}, test accuracy {accuracy:.4f}, {recorder.path}")
    print(f"Now run\n\n    snn-analyze {folder}/plain.h5\n    snn-analyze {folder}/entangled.h5\n")


if __name__ == "__main__":
    main()
