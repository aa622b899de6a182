"""Tests of Sources/Python/snn_analyze/torch.py; needs torch.

    SNN_ANALYZE=../../.build/release/snn-analyze python -m unittest test_loss

Against the definition in float64 by autograd (gradients.json, which shares no code with the
module), against central differences, and against the command on digits-mlp.h5.
"""

import json
import math
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import numpy as np
import torch

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Sources/Python"))
from snn_analyze.torch import (  # noqa: E402
    SoftNearestNeighborLoss,
    minimum_over_temperature,
    soft_nearest_neighbor_loss,
    squared_distances,
)

CASES = json.loads((ROOT / "Tests/EntanglementTests/Fixtures/gradients.json").read_text())


def tensors(case, dtype):
    x = torch.tensor(case["x"], dtype=dtype).reshape(case["rows"], case["columns"])
    return x.requires_grad_(), torch.tensor(case["labels"])


def distance(found, expected):
    """Relative distance of two gradients."""
    expected = torch.tensor(expected, dtype=torch.float64)
    return float((found.flatten().double() - expected).norm() / expected.norm())


class AutogradTests(unittest.TestCase):
    def test_value_and_gradients_are_those_of_the_definition(self):
        for case in CASES:
            for point in case["at"]:
                with self.subTest(case["name"], temperature=point["temperature"]):
                    x, labels = tensors(case, torch.float64)
                    t = torch.tensor(point["temperature"], dtype=torch.float64, requires_grad=True)
                    loss = soft_nearest_neighbor_loss(x, labels, t)
                    loss.backward()
                    self.assertLess(abs(loss.item() - point["loss"]), 1e-11 * point["loss"])
                    self.assertLess(distance(x.grad, point["dx"]), 1e-11)
                    slope = (t.grad.item() - point["dT"]) * point["temperature"]
                    self.assertLess(abs(slope), 1e-9 * max(1, point["loss"]))

    def test_float32_is_close_but_for_an_outlier(self):
        for case in CASES:
            if case["name"] == "an outlier":
                continue
            for point in case["at"]:
                with self.subTest(case["name"], temperature=point["temperature"]):
                    x, labels = tensors(case, torch.float32)
                    loss = soft_nearest_neighbor_loss(x, labels, point["temperature"])
                    loss.backward()
                    # Distances of some 100 T round at 1e-7 and stand in an exponent.
                    self.assertLess(abs(loss.item() - point["loss"]), 2e-5 * point["loss"])
                    self.assertLess(distance(x.grad, point["dx"]), 2e-5)

    def test_the_minimum_and_its_gradient(self):
        found = 0
        for case in CASES:
            if "minimum" not in case:
                continue
            with self.subTest(case["name"]):
                x, labels = tensors(case, torch.float64)
                span = (1e-9, 1e3) if case["name"] == "an outlier" else (1e-3, 1e2)
                points = 120 if case["name"] == "an outlier" else 41
                loss, temperature = minimum_over_temperature(x, labels, span, points)
                loss.backward()
                expected = case["minimum"]
                self.assertLess(abs(loss.item() / expected["loss"] - 1), 1e-12)
                self.assertLess(abs(temperature / expected["temperature"] - 1), 1e-6)
                self.assertLess(distance(x.grad, expected["dx"]), 1e-6)
                found += 1
        self.assertGreaterEqual(found, 5)

    def test_central_differences(self):
        generator = torch.Generator().manual_seed(3)
        x = torch.randn(9, 3, dtype=torch.float64, generator=generator).requires_grad_()
        x.data[4] = x.data[5] + 1e-3
        labels = torch.tensor([0, 0, 1, 1, 1, 2, 2, 0, 3])
        t = torch.tensor(0.7, dtype=torch.float64, requires_grad=True)
        torch.autograd.gradcheck(lambda x, t: soft_nearest_neighbor_loss(x, labels, t), (x, t))


class EdgeTests(unittest.TestCase):
    def test_it_is_finite_where_the_authors_release_is_nan(self):
        case = next(case for case in CASES if case["cleverhans"] is None)
        x, labels = tensors(case, torch.float32)
        soft_nearest_neighbor_loss(x, labels, 100.0).backward()
        self.assertTrue(x.grad.isfinite().all())

    def test_hard_inputs_have_finite_gradients(self):
        labels = torch.tensor([0, 0, 1, 1, 2, 2])
        base = torch.arange(24, dtype=torch.float32).reshape(6, 4)
        for name, x in {
            "constant": torch.ones(6, 4),
            "duplicates": base.clone().index_copy(0, torch.tensor([0, 3]), base[[1, 1]]),
            "offset": base * 1e-2 + 1e4,
            "large": base * 1e15,
            "small": base * 1e-15,
        }.items():
            for share in (1e-6, 1e-2, 1.0, 1e4):
                with self.subTest(name, share=share):
                    inputs = x.clone().requires_grad_()
                    scale = float(squared_distances(x).mean()) or 1.0
                    loss = soft_nearest_neighbor_loss(inputs, labels, share * scale)
                    loss.backward()
                    self.assertTrue(loss.isfinite() and inputs.grad.isfinite().all())
            loss, _ = minimum_over_temperature(x, labels)
            self.assertTrue(loss.isfinite())

    def test_one_class_has_loss_zero_and_singletons_are_no_anchors(self):
        x = torch.randn(5, 2, requires_grad=True)
        loss = soft_nearest_neighbor_loss(x, torch.zeros(5), 1.0)
        loss.backward()
        self.assertEqual((loss.item(), x.grad.abs().max().item()), (0, 0))
        with self.assertRaisesRegex(ValueError, "no class has two samples"):
            soft_nearest_neighbor_loss(x, torch.arange(5), 1.0)
        with self.assertRaisesRegex(ValueError, "needs to be positive"):
            soft_nearest_neighbor_loss(x, torch.zeros(5), 0.0)
        with self.assertRaisesRegex(ValueError, "N × D and N are needed"):
            soft_nearest_neighbor_loss(x, torch.zeros(4), 1.0)

    def test_near_duplicates_far_from_the_origin_keep_their_distance(self):
        x = torch.tensor([[1000.0, 0], [1000.001, 0], [-1000, 0], [0, 5]])
        exact = float((x[0].double() - x[1].double()).square().sum())
        self.assertLess(abs(float(squared_distances(x)[0, 1]) / exact - 1), 1e-6)


class ModuleTests(unittest.TestCase):
    def setUp(self):
        generator = torch.Generator().manual_seed(5)
        self.labels = torch.arange(40) % 4
        centers = torch.randn(4, 6, generator=generator)
        self.x = centers[self.labels] + torch.randn(40, 6, generator=generator)

    def test_t_descends_to_the_minimum_whatever_the_sign_of_the_weight(self):
        least, at = minimum_over_temperature(self.x, self.labels)
        for weight in (1.0, -0.5):
            module = SoftNearestNeighborLoss(3 * at, weight=weight)
            optimizer = torch.optim.Adam(module.parameters(), lr=0.05)
            for _ in range(400):
                optimizer.zero_grad()
                module(self.x, self.labels).backward()
                optimizer.step()
            self.assertLess(abs(module.temperature / at - 1), 0.01)
            self.assertLess(abs(module(self.x, self.labels).item() / weight - least.item()), 1e-4)

    def test_the_weight_turns_the_gradient_of_the_activations(self):
        gradients = []
        for weight in (1.0, -1.0):
            x = self.x.clone().requires_grad_()
            SoftNearestNeighborLoss(2.0, weight=weight)(x, self.labels).backward()
            gradients.append(x.grad)
        torch.testing.assert_close(gradients[0], -gradients[1])

    def test_the_state_holds_a_learned_and_a_fixed_temperature(self):
        for learned in (True, False):
            module = SoftNearestNeighborLoss(2.0, learn_temperature=learned)
            self.assertEqual(len(list(module.parameters())), int(learned))
            other = SoftNearestNeighborLoss(7.0, learn_temperature=learned)
            other.load_state_dict(module.state_dict())
            self.assertAlmostEqual(other.temperature, 2.0, places=6)
        self.assertIsNone(SoftNearestNeighborLoss().temperature)
        self.assertEqual(SoftNearestNeighborLoss().state_dict(), {})

    def test_half_types_are_computed_in_float32(self):
        loss = SoftNearestNeighborLoss(2.0)(self.x.bfloat16(), self.labels)
        exact = SoftNearestNeighborLoss(2.0)(self.x.bfloat16().float(), self.labels)
        self.assertEqual((loss.dtype, loss.item()), (torch.float32, exact.item()))


@unittest.skipUnless(os.environ.get("SNN_ANALYZE"), "SNN_ANALYZE does not name the built command")
class CommandTests(unittest.TestCase):
    def test_the_module_agrees_with_the_command_to_1e_5(self):
        import h5py

        path = ROOT / "notebooks-data/digits-mlp.h5"
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run(
                [
                    os.environ["SNN_ANALYZE"], str(path), "--output", folder, "--quiet",
                    "--formats", "json", "--checkpoints", "epoch_000", "--checkpoints",
                    "epoch_055", "--relative-temperatures", "0.01:100:9",
                ],
                check=True,
            )
            report = json.loads((Path(folder) / "report.json").read_text())
        worst = 0.0
        with h5py.File(path) as file:
            labels = torch.from_numpy(file["labels"][()].astype(np.int64))
            for checkpoint in report["checkpoints"]:
                for layer in checkpoint["layers"]:
                    values = file[checkpoint["name"]][layer["name"]][()].astype(np.float32)
                    x = torch.from_numpy(values)
                    pairs = [(point["temperature"], point["loss"]) for point in layer["curve"]]
                    for temperature, expected in pairs:
                        found = soft_nearest_neighbor_loss(x, labels, temperature).item()
                        worst = max(worst, abs(found - expected) / max(1, expected))
                    minimum = layer["minimum"]
                    if minimum["position"] == "interior":
                        found, temperature = minimum_over_temperature(x, labels)
                        worst = max(worst, abs(found.item() - minimum["loss"]))
                        ratio = math.log(temperature / minimum["temperature"])
                        self.assertLess(abs(ratio), 1e-3)
        print(f"module against command: largest difference {worst:.1e}", file=sys.stderr)
        self.assertLess(worst, 1e-5)


if __name__ == "__main__":
    unittest.main()
