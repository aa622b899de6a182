"""Tests of the module snn_analyze; needs numpy, and the command.

    SNN_ANALYZE=../../.build/release/snn-analyze python -m unittest test_module

Values against the definition in float64, and against the command's own run on the same arrays. What
needs pandas, torch, cairosvg, IPython or hdf5plugin skips by name where they are not there.
"""

import importlib.util
import json
import os
import re
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import textwrap
import time
import unittest
from pathlib import Path
from unittest import mock

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ROOT / "Sources/Python"
sys.path.insert(0, str(SOURCES))
os.environ.setdefault("SNN_ANALYZE", str(ROOT / ".build/release/snn-analyze"))
import snn_analyze  # noqa: E402
from snn_analyze import SNNError, _command, _options, _results  # noqa: E402

GENERATOR = np.random.default_rng(5)
LABELS = np.arange(90) % 3


def layer(features, labels=LABELS, dtype=np.float32):
    """Gaussians whose means depend on the class."""
    noise = GENERATOR.normal(size=(len(labels), features))
    return (noise + 0.7 * labels[:, None]).astype(dtype)


def naive_losses(x, y, temperature):
    """−log(A/B) of every sample, by the definition."""
    x = np.asarray(x, dtype=np.float64)
    distances = ((x[:, None] - x[None]) ** 2).sum(axis=2)
    kernel = np.exp(-distances / temperature)
    np.fill_diagonal(kernel, 0)
    same = y[:, None] == y[None]
    return -np.log((kernel * same).sum(axis=1) / kernel.sum(axis=1))


def has(*modules):
    return all(importlib.util.find_spec(module) for module in modules)


def needs(*modules):
    return unittest.skipUnless(has(*modules), f"needs {' and '.join(modules)}")


def records(table):
    """The rows of a table, with or without pandas."""
    return table if isinstance(table, list) else table.to_dict("records")


class AnalyzeTests(unittest.TestCase):
    def test_the_loss_is_the_definition_s(self):
        x = layer(6)
        report = snn_analyze.analyze(x, LABELS, temperatures=[2.0, 8.0], progress=False)
        curve = records(report.curves)
        self.assertEqual([point["temperature"] for point in curve], [2, 8])
        for point in curve:
            expected = naive_losses(x, LABELS, point["temperature"]).mean()
            self.assertAlmostEqual(point["loss"] / expected, 1, delta=2e-6)

    def test_arrays_give_what_the_command_gives_of_the_same_files(self):
        layers = {"b": layer(4), "a": layer(90)}
        with tempfile.TemporaryDirectory() as folder:
            for name, values in layers.items():
                (Path(folder) / "run").mkdir(exist_ok=True)
                np.save(Path(folder) / "run" / f"{name}.npy", values)
            np.save(Path(folder) / "run/labels.npy", LABELS)
            subprocess.run(
                [snn_analyze.command(), "run", "--order=b,a", "--sample-axis=0", "--quiet",
                 "--output=out"],
                cwd=folder, check=True,
            )
            theirs = json.loads((Path(folder) / "out/report.json").read_text())
            drawing = (Path(folder) / "out/temperature-curves.svg").read_text()
            from_path = snn_analyze.analyze(Path(folder) / "run", order=["b", "a"], sample_axis=0)
            read_again = snn_analyze.load(Path(folder) / "out")
        report = snn_analyze.analyze(layers, LABELS)
        self.assertEqual(
            [one["layers"] for one in report.json["checkpoints"]],
            [one["layers"] for one in theirs["checkpoints"]],
        )
        self.assertEqual(from_path.json["checkpoints"][0]["layers"],
                         theirs["checkpoints"][0]["layers"])
        self.assertEqual(read_again.json, theirs)
        self.assertEqual(read_again.figure("temperature-curves").svg, drawing)

    def test_layers_keep_their_order_and_their_names(self):
        names = ["y", "conv10", "conv2", "weight", "17", "train", "encoder/0", "a, b", "image"]
        report = snn_analyze.analyze(
            {name: layer(3) for name in names}, LABELS, compute="curve", temperatures=[1]
        )
        found = [row["layer"] for row in records(report.layers)]
        self.assertEqual(found, [name.replace("/", ".") for name in names])

    def test_a_list_is_checkpoints_and_changes_are_paired(self):
        first, last = layer(5), layer(5)
        report = snn_analyze.analyze(
            [{"a": first}, {"a": layer(5)}, {"a": last}], [f"class {k}" for k in LABELS]
        )
        rows = records(report.layers)
        self.assertEqual([row["step"] for row in rows], [0, 1, 2])
        change = records(report.changes)[0]
        self.assertAlmostEqual(
            change["difference"], rows[2]["perplexityLoss"] - rows[0]["perplexityLoss"], places=9
        )
        self.assertLess(change["lower"], change["difference"])
        self.assertEqual({row["class"] for row in records(report.classes)},
                         {"class 0", "class 1", "class 2"})

    def test_checkpoints_are_named_by_step_or_epoch(self):
        report = snn_analyze.analyze(
            {0: {"a": layer(4)}, 200: {"a": layer(4)}, 1000: {"a": layer(4)}}, LABELS,
            compute="curve",
        )
        self.assertEqual([c["step"] for c in report.json["checkpoints"]], [0, 200, 1000])
        report = snn_analyze.analyze(
            {"epoch_9": {"a": layer(4)}, "epoch_10": {"a": layer(4)}}, LABELS, compute="curve",
            checkpoints="epoch_1*",
        )
        self.assertEqual([c["name"] for c in report.json["checkpoints"]], ["epoch_10"])
        with self.assertRaisesRegex(SNNError, "nothing tells the order of the checkpoints tuned"):
            snn_analyze.analyze({"tuned": {"a": layer(4)}, "before": {"a": layer(4)}}, LABELS)

    def test_several_labelings_are_told_apart(self):
        report = snn_analyze.analyze(
            layer(4), {"class": LABELS, "domain": np.arange(90) % 2}, compute="curve",
            temperatures=[4],
        )
        self.assertEqual({row["labeling"] for row in records(report.layers)}, {"class", "domain"})

    def test_labels_of_files_may_be_named_or_given(self):
        with tempfile.TemporaryDirectory() as folder:
            np.save(Path(folder) / "a.npy", layer(4))
            np.save(Path(folder) / "y.npy", LABELS)
            parity = np.arange(90) % 2
            options = {"compute": "curve", "temperatures": [4], "layers": "a"}
            path = Path(folder) / "a.npy"
            by_file = snn_analyze.analyze(path, Path(folder) / "y.npy", **options)
            by_array = snn_analyze.analyze(path, LABELS, **options)
            both = snn_analyze.analyze(
                path, {"class": f"{folder}/y.npy", "parity": parity}, **options
            )
        losses = [records(one.curves)[0]["loss"] for one in (by_file, by_array, both)]
        self.assertEqual(len(set(losses)), 1)
        self.assertEqual(len(records(both.curves)), 2)

    def test_tables_agree_with_the_json(self):
        report = snn_analyze.analyze({"a": layer(5), "b": layer(5)}, LABELS)
        for row, theirs in zip(records(report.layers), report.json["checkpoints"][0]["layers"]):
            self.assertEqual(row["minimumLoss"], theirs["minimum"]["loss"])
            self.assertEqual(row["perplexityLoss"], theirs["atPerplexity"]["loss"])
            self.assertEqual(row["perplexityLower"], theirs["atPerplexity"]["interval"][0])
            self.assertEqual(row["classCount"], 3)
        least = [row for row in records(report.minima) if row["isLeast"]]
        self.assertEqual([row["layer"] for row in least], ["a", "b"])
        self.assertEqual(len(records(report.curves)), 98)
        for row in records(report.classes):
            self.assertTrue(row["lower"] <= row["loss"] <= row["upper"])
            self.assertTrue(0 < row["softAccuracy"] < 1)
        minima = records(report.figure("entanglement-by-layer").data)
        self.assertEqual([row["loss"] for row in minima], [row["loss"] for row in least])

    def test_without_pandas_tables_are_lists_of_dicts(self):
        report = snn_analyze.analyze(layer(4), LABELS, compute="curve", temperatures=[1, 2])
        with mock.patch.dict(sys.modules, {"pandas": None}):
            self.assertIsInstance(report.curves, list)
            self.assertEqual(report.curves[1]["temperature"], 2)

    @needs("pandas")
    def test_with_pandas_tables_are_data_frames(self):
        import pandas

        frame = pandas.DataFrame(layer(4))
        report = snn_analyze.analyze(
            frame, pandas.Series(LABELS).map({0: "ant", 1: "bee", 2: "cat"}).astype("category"),
            compute="curve", temperatures=[1, 2],
        )
        self.assertIsInstance(report.layers, pandas.DataFrame)
        self.assertEqual(report.curves["loss"].dtype, np.float64)
        self.assertEqual(report.json["checkpoints"][0]["layers"][0]["classes"][1]["name"], "bee")

    def test_output_stays_where_it_is_asked_for_and_nowhere_else(self):
        with tempfile.TemporaryDirectory() as folder, mock.patch.dict(
            os.environ, {"TMPDIR": folder}
        ), mock.patch.object(tempfile, "tempdir", None):
            report = snn_analyze.analyze(layer(4), LABELS, compute="curve")
            self.assertEqual(os.listdir(folder), [])
            self.assertIsNone(report.output)
            kept = snn_analyze.analyze(
                layer(4), LABELS, compute="curve", output=Path(folder) / "kept"
            )
            self.assertEqual(os.listdir(folder), ["kept"])
            self.assertIn("report.json", os.listdir(kept.output))
            self.assertEqual(
                sorted(os.listdir(report.save(Path(folder) / "saved"))), sorted(report._files)
            )

    def test_a_report_shows_itself(self):
        report = snn_analyze.analyze({"a<b": layer(4)}, LABELS)
        self.assertIn("data:image/svg+xml;base64,", report._repr_html_())
        self.assertIn("a&lt;b", report._repr_html_())
        self.assertIn("a<b", repr(report))
        with tempfile.TemporaryDirectory() as folder:
            page = report.to_html(Path(folder) / "page.html")
            self.assertEqual((Path(folder) / "page.html").read_text("utf-8"), page)
        self.assertTrue(page.startswith("<!DOCTYPE html>") or page.startswith("<!doctype html>"))

    @needs("matplotlib")
    def test_curves_are_drawn_with_matplotlib(self):
        import matplotlib

        matplotlib.use("Agg")
        report = snn_analyze.analyze([layer(4), layer(4)], LABELS, compute="curve")
        ax = report.plot()
        self.assertEqual(ax.get_title(), "step_1")
        drawn = ax.get_lines()[0].get_ydata()
        expected = [row["loss"] for row in records(report.curves) if row["step"] == 1]
        self.assertEqual(list(drawn), expected)


class FigureTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.figure = snn_analyze.analyze(layer(4), LABELS).figure("temperature-curves")

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.path = Path(self.folder.name)

    def test_svg_is_what_the_command_drew(self):
        path = self.figure.save(self.path / "f.svg")
        self.assertEqual(path.read_text("utf-8"), self.figure._repr_svg_())

    @unittest.skipUnless(has("cairosvg") or shutil.which("rsvg-convert"), "needs a converter")
    def test_pdf_and_png_are_pdf_and_png(self):
        self.assertEqual(self.figure.save(self.path / "f.pdf").read_bytes()[:5], b"%PDF-")
        head = self.figure.save(self.path / "f.png", scale=2).read_bytes()[:24]
        self.assertEqual(head[:8], b"\x89PNG\r\n\x1a\n")
        width = float(re.search(r'width="([\d.]+)', self.figure.svg).group(1))
        unit = re.search(r'width="[\d.]+(\w*)', self.figure.svg).group(1)
        pixels = {"": 1, "px": 1, "in": 96, "pt": 96 / 72, "mm": 96 / 25.4}[unit] * width * 2
        self.assertAlmostEqual(int.from_bytes(head[16:20], "big"), pixels, delta=2)

    def test_without_a_converter_there_is_a_sentence(self):
        with mock.patch.dict(sys.modules, {"cairosvg": None}), mock.patch.object(
            _results.shutil, "which", return_value=None
        ), self.assertRaisesRegex(SNNError, "PDF takes the package cairosvg"):
            self.figure.save(self.path / "f.pdf")

    def test_other_names_and_kinds_are_refused(self):
        report = snn_analyze.analyze(layer(4), LABELS, compute="curve")
        with self.assertRaisesRegex(SNNError, "no figure 'loss'; there are: .*temperature-curves"):
            report.figure("loss")
        with self.assertRaisesRegex(SNNError, "as .svg, .pdf or .png, not '.gif'"):
            self.figure.save(self.path / "f.gif")


class ValueTests(unittest.TestCase):
    def test_the_value_is_the_definition_s(self):
        x = layer(7)
        for temperature in (0.5, 3.0, 40.0):
            found = snn_analyze.soft_nearest_neighbor_loss(x, LABELS, temperature)
            self.assertAlmostEqual(
                found / naive_losses(x, LABELS, temperature).mean(), 1, delta=2e-6
            )

    def test_the_gradient_is_that_of_central_differences(self):
        labels = np.arange(24) % 3
        x = layer(6, labels, np.float64).reshape(24, 2, 3)
        found = snn_analyze.soft_nearest_neighbor_loss(x, labels, 4.0, gradient=True)
        self.assertEqual(found.gradient.shape, x.shape)
        self.assertEqual(found.gradient.dtype, np.float64)
        self.assertEqual(found.temperature, 4.0)
        expected = np.zeros_like(x)
        step = 1e-5
        for place in np.ndindex(x.shape):
            for sign in (1, -1):
                moved = x.copy()
                moved[place] += sign * step
                flat = moved.reshape(24, -1)
                expected[place] += sign * naive_losses(flat, labels, 4.0).mean() / (2 * step)
        # Float32 panels: 1e-5 of the largest component.
        np.testing.assert_allclose(
            found.gradient, expected, rtol=0, atol=1e-5 * abs(expected).max()
        )

    def test_without_a_temperature_it_is_the_least_loss(self):
        x = layer(5)
        value = snn_analyze.soft_nearest_neighbor_loss(x, LABELS)
        found = snn_analyze.soft_nearest_neighbor_loss(x, LABELS, gradient=True)
        losses = {t: naive_losses(x, LABELS, t).mean() for t in np.geomspace(0.1, 100, 400)}
        self.assertAlmostEqual(value, min(losses.values()), delta=1e-4)
        self.assertLessEqual(value, min(losses.values()) * (1 + 2e-6))
        self.assertAlmostEqual(found.loss, value, places=9)
        self.assertEqual(found.gradient.dtype, np.float32)
        report = snn_analyze.analyze(x, LABELS)
        self.assertAlmostEqual(records(report.layers)[0]["minimumLoss"], value, places=9)

    def test_of_one_class_each_the_limit_has_no_temperature(self):
        x = np.repeat([[0.0], [100.0]], 4, axis=0) + np.arange(8)[:, None] * 0.01
        found = snn_analyze.soft_nearest_neighbor_loss(x, [0] * 4 + [1] * 4, gradient=True)
        self.assertIsNone(found.temperature)
        self.assertEqual(found.loss, 0)
        self.assertFalse(found.gradient.any())

    def test_cosine_is_the_loss_of_unit_rows(self):
        x = layer(5)
        unit = x / np.linalg.norm(x, axis=1, keepdims=True)
        found = snn_analyze.soft_nearest_neighbor_loss(x, LABELS, 0.1, distance="cosine")
        # 1 − cos is half the squared distance.
        expected = naive_losses(unit, LABELS, 0.2).mean()
        self.assertAlmostEqual(found / expected, 1, delta=2e-6)

    @needs("torch")
    def test_tensors_of_torch_are_taken_with_their_graph(self):
        import torch

        x = layer(4)
        tensor = torch.tensor(x, requires_grad=True)
        expected = snn_analyze.soft_nearest_neighbor_loss(x, LABELS, 3.0)
        for value in (tensor, (tensor * 1), tensor.detach().t().contiguous().t()):
            self.assertEqual(
                snn_analyze.soft_nearest_neighbor_loss(value, torch.tensor(LABELS), 3.0), expected
            )
        rounded = tensor.to(torch.bfloat16)
        self.assertEqual(
            snn_analyze.soft_nearest_neighbor_loss(rounded, LABELS, 3.0),
            snn_analyze.soft_nearest_neighbor_loss(rounded.detach().float().numpy(), LABELS, 3.0),
        )
        if torch.cuda.is_available():
            self.assertEqual(
                snn_analyze.soft_nearest_neighbor_loss(tensor.cuda(), LABELS, 3.0), expected
            )


class ErrorTests(unittest.TestCase):
    def refused(self, sentence, status, call, *arguments, **options):
        with self.assertRaises(SNNError) as caught:
            call(*arguments, **options)
        self.assertRegex(str(caught.exception), sentence)
        self.assertEqual(caught.exception.sentence, str(caught.exception))
        self.assertEqual(caught.exception.status, status)

    def test_arrays_that_cannot_be_read_have_a_sentence(self):
        bad = layer(4)
        bad[7, 1] = np.nan
        masked = np.ma.MaskedArray(layer(4), mask=False)
        masked[3, 0] = np.ma.masked
        for sentence, status, source, labels in (
            ("layer 'a' has 80 rows, but there are 90 labels", 2, {"a": layer(4)[:80]}, LABELS),
            ("layer 'a' at step_1 has 80 rows", 2, [{"a": layer(4)}, {"a": layer(4)[:80]}], LABELS),
            ("array of Python objects", 2, np.array([[1, 2], [3]], dtype=object), [0, 1]),
            ("rows of different lengths", 2, [[1.0, 2.0], [3.0]], [0, 1]),
            (r"activations/a.npy.*NaN or infinity in row 7 \(counted from 0\)", 2, {"a": bad}, LABELS),
            ("complex numbers", 2, layer(4) * 1j, LABELS),
            ("masked entries", 2, masked, LABELS),
            ("holds <U1, not numbers", 2, np.array([["a"], ["b"]]), [0, 1]),
            ("need labels, one class a sample", 64, layer(4), None),
            ("no class for row 2", 2, layer(4), ["a", "b", None] * 30),
            (r"labels has shape \(90, 4\)", 2, layer(4), layer(4)),
            ("All samples are of one class", 2, layer(4), LABELS * 0),
            ("cannot be named 'labels'", 64, {"labels": layer(4)}, LABELS),
            ("two layers are both named 'a.b'", 64, {"a.b": layer(4), "a/b": layer(4)}, LABELS),
            ("three axes. Say what", 64, layer(4).reshape(90, 2, 2), LABELS),
        ):
            with self.subTest(sentence):
                self.refused(sentence, status, snn_analyze.analyze, source, labels)
        self.refused("x has 90 rows, but there are 89 labels", 2,
                     snn_analyze.soft_nearest_neighbor_loss, layer(4), LABELS[:89], 1.0)
        self.refused(r"^x.npy.*NaN or infinity in row 7", 2,
                     snn_analyze.soft_nearest_neighbor_loss, bad, LABELS, 1.0)
        self.refused("positive, finite number, not -1", 2,
                     snn_analyze.soft_nearest_neighbor_loss, layer(4), LABELS, -1.0)

    def test_options_that_are_none_have_a_sentence(self):
        analyze = snn_analyze.analyze
        self.refused("'distanc' is no option of report. Did you mean distance", 64, analyze,
                     layer(4), LABELS, distanc="cosine")
        self.refused("'formats' is no option", 64, analyze, layer(4), LABELS, formats="json")
        self.refused("--distance", 64, analyze, layer(4), LABELS, distance="manhattan")
        self.refused("tokens is True or False, not 1", 64, analyze, layer(4), LABELS, tokens=1)
        self.refused("--seed", 64, analyze, layer(4), LABELS, seed=[1, 2])
        self.refused("there is no such file", 2, analyze, "not-there.h5")

    def test_every_option_of_the_command_is_an_option_here_and_no_other(self):
        for subcommand in (
            "report", "inspect", "compare", "baseline", "check", "neighbors", "outliers", "gradient"
        ):
            text = subprocess.run(
                [snn_analyze.command(), subcommand, "--help"], check=True, capture_output=True,
                text=True,
            ).stdout
            theirs = {
                name.replace("-", "_")
                for names in re.findall(
                    r"^  (?:-\w, )?--([a-z0-9-]+)(?:/--([a-z0-9-]+))?", text, re.MULTILINE
                )
                for name in names
                if name
            }
            self.assertGreater(len(theirs), 8, subcommand)
            self.assertEqual(set(_options.offered(subcommand)), theirs - _options.OWN, subcommand)
        kinds = _options.offered("report")
        self.assertEqual(
            [kinds[name] for name in ("tokens", "seed", "layers", "cache", "output", "plugins")],
            ["flag", "value", "many", "path", "path", "path"],
        )
        self.assertEqual(
            _options.words("report", {"temperatures": np.array([0.5, 2]), "except_": ["a", "b"],
                                      "cite": True, "tokens": False, "seed": None}),
            ["--temperatures=0.5,2.0", "--except=a", "--except=b", "--cite"],
        )

    def test_both_are_of_one_version(self):
        version = (ROOT / "Sources/Analysis/Version.swift").read_text()
        self.assertIn(f'"{snn_analyze.__version__}"', version)


class ProgramTests(unittest.TestCase):
    """The module in a folder of its own, with programs that are not as they should be."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name).resolve()
        shutil.copytree(SOURCES / "snn_analyze", self.path / "site/snn_analyze")

    def program(self, place, text, mode=0o755):
        path = self.path / place / "snn-analyze"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(mode)
        return path

    def printed(self, *folders, **variables):
        environment = {k: v for k, v in os.environ.items() if k != "SNN_ANALYZE"}
        environment.update(
            PYTHONPATH=str(self.path / "site"), PYTHONDONTWRITEBYTECODE="1",
            PATH=os.pathsep.join(str(self.path / folder) for folder in folders), **variables,
        )
        script = (
            "import snn_analyze\n"
            "try: print(snn_analyze.command())\n"
            "except snn_analyze.SNNError as error: print(error)\n"
        )
        return subprocess.run(
            [sys.executable, "-c", script], env=environment, check=True, capture_output=True,
            text=True,
        ).stdout.strip()

    def version(self, number):
        return f"#!/bin/sh\necho {number}\n"

    def test_a_program_on_the_path_is_found(self):
        path = self.program("bin", self.version(snn_analyze.__version__))
        self.assertEqual(self.printed("empty", "bin"), str(path))
        self.assertEqual(self.printed(SNN_ANALYZE=str(path)), str(path))

    def test_none_has_a_sentence(self):
        self.assertIn("snn-analyze is not there. Install its wheel", self.printed("empty"))
        self.assertIn("which the variable SNN_ANALYZE names, is not there",
                      self.printed(SNN_ANALYZE="/nowhere/snn-analyze"))

    def test_two_versions_on_the_path_have_a_sentence(self):
        old = self.program("old", self.version("0.0.1"))
        new = self.program("new", self.version(snn_analyze.__version__))
        self.assertEqual(self.printed("new", "old"), str(new))
        said = self.printed("old", "new")
        self.assertIn(f"{old}, found by the PATH, before {new}, which is", said)
        self.assertIn("is version 0.0.1, but this module is", said)

    def test_a_lost_run_bit_has_a_sentence(self):
        path = self.program("bin", self.version("0.1.0"), mode=0o644)
        self.assertEqual(
            self.printed("bin"), f"{path} may not be run as a program. Mend it with: chmod +x {path}"
        )

    def test_another_machine_s_program_has_a_sentence(self):
        self.program("bin", "\x7fELF is not this")
        self.assertIn("is no program of this kind of machine", self.printed("bin"))
        self.program("bin", "#!/bin/sh\necho 'version GLIBC_9.99 not found' >&2\nexit 1\n")
        self.assertIn("does not run here: version GLIBC_9.99 not found", self.printed("bin"))

    def test_a_program_that_is_killed_has_a_sentence(self):
        self.program("bin", textwrap.dedent(
            f"""\
            #!/bin/sh
            case $1 in
              --*) exec {os.environ["SNN_ANALYZE"]} "$@" ;;
              *) kill -9 $$ ;;
            esac
            """
        ))
        script = textwrap.dedent(
            """
            import snn_analyze
            try: snn_analyze.analyze("x.h5")
            except snn_analyze.SNNError as error: print(error.status, error)
            """
        )
        environment = {**os.environ, "SNN_ANALYZE": str(self.path / "bin/snn-analyze"),
                       "PYTHONPATH": str(SOURCES)}
        said = subprocess.run([sys.executable, "-c", script], env=environment,
                              capture_output=True, text=True).stdout
        self.assertIn("137 snn-analyze was ended by the signal SIGKILL", said)

    def test_the_plugins_of_hdf5plugin_are_found_by_themselves(self):
        plugins = self.path / "site/hdf5plugin/plugins"
        plugins.mkdir(parents=True)
        # It must not be imported: HDF5 would come with it.
        (self.path / "site/hdf5plugin/__init__.py").write_text("raise SystemExit('imported')")
        sys.path.insert(0, str(self.path / "site"))
        self.addCleanup(sys.path.remove, str(self.path / "site"))
        hidden = {k: v for k, v in sys.modules.items() if k == "hdf5plugin"}
        with mock.patch.dict(os.environ, {}), mock.patch.dict(sys.modules):
            for name in hidden:
                del sys.modules[name]
            os.environ.pop("HDF5_PLUGIN_PATH", None)
            self.assertEqual(_command.environment()["HDF5_PLUGIN_PATH"], str(plugins))
            os.environ["HDF5_PLUGIN_PATH"] = "/other"
            self.assertEqual(_command.environment()["HDF5_PLUGIN_PATH"], "/other")

    def test_numpy_is_the_one_requirement(self):
        script = textwrap.dedent(
            """
            import sys
            for name in ("h5py", "pandas", "matplotlib", "torch", "IPython", "cairosvg"):
                sys.modules[name] = None
            import numpy as np, snn_analyze
            y = np.arange(30) % 3
            x = np.arange(60.0).reshape(30, 2) ** 2
            print(len(snn_analyze.analyze(x, y).layers), snn_analyze.soft_nearest_neighbor_loss(x, y, 9.0) > 0)
            for name in ("Recorder", "SoftNearestNeighborLoss"):
                try: getattr(snn_analyze, name)
                except ImportError as error: print(error)
            """
        )
        said = subprocess.run(
            [sys.executable, "-c", script], env={**os.environ, "PYTHONPATH": str(SOURCES)},
            capture_output=True, text=True,
        )
        self.assertEqual(said.stdout.splitlines(), [
            "1 True", "Recorder takes h5py: pip install h5py",
            "SoftNearestNeighborLoss takes torch: pip install torch",
        ], said.stderr)

    def test_python_m_is_the_command(self):
        said = subprocess.run(
            [sys.executable, "-m", "snn_analyze", "--version"],
            env={**os.environ, "PYTHONPATH": str(SOURCES)}, capture_output=True, text=True,
        )
        self.assertEqual(said.stdout.strip(), snn_analyze.__version__)


class RunTests(unittest.TestCase):
    SCRIPT = textwrap.dedent(
        """
        import numpy as np, snn_analyze
        y = np.arange({rows}) % 10
        x = np.random.default_rng(0).normal(size=(len(y), 256)).astype("f4")
        try:
            snn_analyze.analyze(x, y, progress={progress}, threads=1)
        except KeyboardInterrupt:
            print("cancelled")
        """
    )

    def python(self, **values):
        return subprocess.Popen(
            [sys.executable, "-c", self.SCRIPT.format(**values)], stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(SOURCES),
                                         "TMPDIR": self.folder.name},
            preexec_fn=self.listen,
        )

    @staticmethod
    def listen():
        """A shell's background processes ignore SIGINT, threads that start others may have it blocked,
        and what they start inherits both."""
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGINT])

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def children(self, process):
        path = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        return path.read_text().split() if path.exists() else []

    @unittest.skipUnless(Path("/proc/self/task").exists(), "needs Linux' /proc")
    def test_cancelling_ends_the_process(self):
        process = self.python(rows=60_000, progress=False)
        try:
            child = None
            until = time.monotonic() + 60
            while time.monotonic() < until:
                found = [
                    one for one in self.children(process)
                    if b"activations" in Path(f"/proc/{one}/cmdline").read_bytes()
                ]
                if found:
                    child = found[0]
                    break
                time.sleep(0.05)
            self.assertIsNotNone(child)
            # As a notebook does it: Python alone is told.
            process.send_signal(signal.SIGINT)
            output, errors = process.communicate(timeout=30)
        finally:
            process.kill()
        self.assertEqual(output.decode().strip(), "cancelled", errors.decode())
        self.assertFalse(Path(f"/proc/{child}").exists())
        self.assertEqual(os.listdir(self.folder.name), [])

    def test_progress_is_shown_and_taken_away(self):
        process = self.python(rows=12_000, progress=True)
        output, errors = process.communicate(timeout=300)
        shown = errors.decode().split("\r\x1b[K")
        self.assertTrue(any(re.match(r"[█░]{20} \d+ %", line) for line in shown), shown[:3])
        self.assertEqual(shown[-1], "")
        quiet = self.python(rows=300, progress=False)
        self.assertEqual(quiet.communicate(timeout=60), (b"", b""))

    def test_what_is_said_comes_apart(self):
        listener = _command._Listener(None)
        read, write = os.pipe()
        start = "\r\x1b[K"
        line = "█" * 5 + "░" * 15 + " 25 %, 1/4 layers  a"
        os.write(write, f"Note: one\n{start}{line}{start}Note: two\n{start}{line}{start}"
                        "Error: x.h5: it is bad. Mend it.\nHelp: --x\nUsage: y\n".encode())
        os.close(write)
        with os.fdopen(read, "rb", buffering=0) as stream:
            listener.listen(stream)
        self.assertEqual(listener.said(), (["one", "two"], "x.h5: it is bad. Mend it."))


class OtherSubcommandTests(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.path = Path(self.folder.name)

    def test_compare_pairs_runs(self):
        one, two = layer(5), layer(5)
        found = snn_analyze.compare({"one": {"a": one}, "two": {"a": two}}, LABELS)
        rows = records(found.runs)
        self.assertEqual([row["run"] for row in rows], ["one", "two"])
        for row, x in zip(rows, (one, two)):
            report = snn_analyze.analyze({"a": x}, LABELS)
            self.assertEqual(row["loss"], records(report.layers)[0]["minimumLoss"])
        self.assertIn("comparison", found.figures)
        self.assertIn("<html", found.to_html())
        with self.assertRaisesRegex(SNNError, "two runs or more"):
            snn_analyze.compare({"one": one}, LABELS)

    def test_compare_takes_files_beside_arrays(self):
        folder = self.path / "run"
        folder.mkdir()
        np.save(folder / "a.npy", layer(5))
        np.save(folder / "labels.npy", LABELS)
        here = os.getcwd()
        self.addCleanup(os.chdir, here)
        os.chdir(self.path)
        found = snn_analyze.compare({"file": "run", "array": ({"a": layer(5)}, LABELS)})
        self.assertEqual([row["run"] for row in records(found.runs)], ["file", "array"])

    def test_a_check_passes_or_raises_its_verdicts(self):
        before = layer(6)
        path = snn_analyze.baseline({"a": before}, LABELS, output=self.path / "base.json")
        self.assertEqual(path, self.path / "base.json")
        passed = snn_analyze.check({"a": before}, LABELS, baseline=path)
        self.assertEqual(passed.verdict, "pass")
        self.assertIn("Pass", passed.markdown)
        worse = GENERATOR.normal(size=(90, 6)).astype(np.float32)
        with self.assertRaises(snn_analyze.Regression) as caught:
            snn_analyze.check({"a": worse}, LABELS, baseline=path)
        self.assertEqual(caught.exception.status, 1)
        self.assertEqual(caught.exception.results[0]["verdict"], "regression")
        self.assertEqual(caught.exception.check.verdict, "regression")
        self.assertIsInstance(caught.exception, SNNError)
        # The same change, which a rule allows.
        allowed = snn_analyze.check(
            {"a": worse}, LABELS, baseline=path, rules=[{"layer": "*", "atol": 1000}]
        )
        self.assertEqual(allowed.verdict, "pass")
        with self.assertRaises(snn_analyze.CheckError) as caught:
            snn_analyze.check({"b": before}, LABELS[::-1].copy(), baseline=path)
        self.assertEqual(caught.exception.status, 4)
        self.assertNotIsInstance(caught.exception, snn_analyze.Regression)

    def test_neighbors_are_the_nearest(self):
        bank, queries = layer(5), layer(5)[:20]
        found = snn_analyze.neighbors({"a": queries}, LABELS[:20], bank=({"a": bank}, LABELS), k=4)
        distances = ((queries[:, None].astype(float) - bank[None].astype(float)) ** 2).sum(axis=2)
        expected = np.argsort(distances, axis=1)[:, :4]
        rows = records(found.neighbors)
        self.assertEqual([row["row"] for row in rows], expected.ravel().tolist())
        self.assertAlmostEqual(rows[0]["distance"], distances[0].min(), places=9)
        self.assertEqual(len(records(found.queries)), 20)
        alone = snn_analyze.neighbors({"a": bank}, LABELS, k=1)
        self.assertNotIn(True, [row["row"] == row["query"] for row in records(alone.neighbors)])

    def test_outliers_are_told_from_held_out_samples(self):
        far = layer(5) + 50
        found = snn_analyze.outliers(
            layer(5), LABELS, bank=(layer(5), LABELS), calibration=(layer(5), LABELS),
            outliers=(np.where(np.arange(90)[:, None] % 2, far, -far), LABELS), k=5,
        )
        self.assertEqual(len(records(found.queries)), 90)
        self.assertTrue(0 <= found.auroc <= 1)
        self.assertIn("roc", found.figures)

    def test_inspect_tells_what_would_be_read(self):
        found = snn_analyze.inspect({"a": layer(5)}, LABELS)
        self.assertIn("activations", json.dumps(found))


class NotebookTests(unittest.TestCase):
    @needs("IPython")
    def test_a_notebook_shows_progress_in_one_place(self):
        shown = []

        class Handle:
            def update(self, value):
                shown.append(value.data)

        def display(value, display_id):
            shown.append(value.data)
            return Handle()

        with mock.patch("IPython.display.display", display):
            place = _command._NotebookDisplay()
            place.show("█ 1 %")
            place.show("█ <2> %")
            place.close()
        self.assertEqual(shown, ["<pre>█ 1 %</pre>", "<pre>█ &lt;2&gt; %</pre>", ""])


if __name__ == "__main__":
    unittest.main()
