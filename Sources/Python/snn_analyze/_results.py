"""What a run of the command wrote, as tables and figures."""

from __future__ import annotations

import base64
import csv
import html
import io
import json
import os
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ._command import SNNError

Rows = list[dict[str, Any]]


def table(rows: Rows) -> Any:
    """The rows as a pandas DataFrame where pandas is installed, else as they are."""
    try:
        import pandas
    except ImportError:
        return rows
    return pandas.DataFrame(rows)


class Figure:
    """A figure of a report: shows itself in a notebook, and saves itself as SVG, PDF or PNG.

    Attributes:
        name: the file's name without its extension.
        svg: the drawing, of exactly the size that `figure_style` and `figure_width` declare.
        alt: what it shows, in words, where the drawing says it.
    """

    def __init__(self, name: str, svg: str, numbers: str | None) -> None:
        self.name = name
        self.svg = svg
        self._numbers = numbers

    @property
    def data(self) -> Any:
        """The figure's numbers as a table; None where it has no table of its own."""
        return None if self._numbers is None else table(_csv_rows(self._numbers))

    def save(self, path: str | os.PathLike[str], *, scale: float = 2.0) -> Path:
        """Writes the figure; the path's extension, .svg, .pdf or .png, says as what.

        PDF and PNG are made by the package cairosvg, else by the program rsvg-convert.

        Args:
            scale: pixels of a PNG for each CSS pixel (1/96 in) of the figure.

        Raises:
            SNNError: another extension, or neither converter is there.
        """
        path = Path(path)
        kind = path.suffix.lower()
        if kind == ".svg":
            path.write_text(self.svg, "utf-8")
            return path
        if kind not in (".pdf", ".png"):
            raise SNNError(f"{path}: figures are saved as .svg, .pdf or .png, not '{kind}'.", 64)
        path.write_bytes(self._converted(kind[1:], scale))
        return path

    def _converted(self, kind: str, scale: float) -> bytes:
        svg = self.svg.encode()
        try:
            import cairosvg
        except (ImportError, OSError):  # OSError where the cairo library is missing
            pass
        else:
            if kind == "pdf":
                return cairosvg.svg2pdf(bytestring=svg)
            return cairosvg.svg2png(bytestring=svg, scale=scale)
        program = shutil.which("rsvg-convert")
        if program is None:
            raise SNNError(
                f"{kind.upper()} takes the package cairosvg (pip install cairosvg) or the program "
                "rsvg-convert (librsvg2-bin). SVG takes neither."
            )
        words = [program, "--format", kind] + (["--zoom", str(scale)] if kind == "png" else [])
        done = subprocess.run(words, input=svg, capture_output=True)
        if done.returncode != 0:
            raise SNNError(f"rsvg-convert: {done.stderr.decode('utf-8', 'replace').strip()}")
        return done.stdout

    def _repr_svg_(self) -> str:
        return self.svg

    def _html(self) -> str:
        # As an image, so that the ids of several figures on one page keep apart.
        data = base64.b64encode(self.svg.encode()).decode()
        return f'<img alt="{html.escape(self.name)}" src="data:image/svg+xml;base64,{data}">'

    def __repr__(self) -> str:
        return f"<Figure {self.name}>"


class Result:
    """What a subcommand wrote into its folder.

    Attributes:
        json: its main file as the command wrote it; the keys are described in the README.
        text: what it says on a terminal.
        notes: what it noted on the way.
        output: the folder, where one was asked for; else None, and nothing is left on the disk.
    """

    _document = ""
    _page: str | None = None
    _shown: tuple[str, ...] = ()

    def __init__(
        self, files: Mapping[str, bytes], *, text: str = "", notes: Iterable[str] = (),
        output: Path | None = None,
    ) -> None:
        if self._document not in files:
            raise SNNError(f"there is no {self._document} among what was written.")
        self._files = dict(files)
        self.json: dict[str, Any] = json.loads(self._files[self._document])
        self.text = text or self._files.get(Path(self._document).stem + ".txt", b"").decode()
        self.notes = list(notes)
        self.output = output

    @property
    def figures(self) -> list[str]:
        """The names of the figures there are."""
        return sorted(name[:-4] for name in self._files if name.endswith(".svg"))

    def figure(self, name: str) -> Figure:
        """A figure by its name, as in `figures`.

        Raises:
            SNNError: there is none of this name.
        """
        drawing = self._files.get(f"{name}.svg")
        if drawing is None:
            there = ", ".join(self.figures) or "none"
            raise SNNError(f"there is no figure '{name}'; there are: {there}.", 64)
        numbers = self._files.get(f"{name}.csv")
        return Figure(name, drawing.decode(), None if numbers is None else numbers.decode())

    def to_html(self, path: str | os.PathLike[str] | None = None) -> str:
        """The page with figures and tables, one file without any request; written to the path, too.

        Raises:
            SNNError: the subcommand writes no page.
        """
        page = self._files.get(self._page or "")
        if page is None:
            raise SNNError(f"{type(self).__name__} has no page.", 64)
        if path is not None:
            Path(path).write_bytes(page)
        return page.decode()

    def save(self, folder: str | os.PathLike[str]) -> Path:
        """Writes every file of the result into the folder, as the command would."""
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in self._files.items():
            (folder / name).write_bytes(content)
        return folder

    def _repr_html_(self) -> str:
        shown = [name for name in self._shown if name in self.figures][:1]
        return "".join(self.figure(name)._html() for name in shown) + (
            f"<pre>{html.escape(self.text)}</pre>"
        )

    def __repr__(self) -> str:
        return self.text or f"<{type(self).__name__}>"


class Report(Result):
    """The loss of every layer at every checkpoint.

    Losses are in nats, temperatures and distances in squared activation units (without unit for
    cosine). Columns are named as in the command's CSV files; a column `labeling` is there where the
    report is of several.
    """

    _document = "report.json"
    _page = "report.html"
    _shown = (
        "perplexity-over-training", "perplexity-by-layer", "entanglement-over-training",
        "entanglement-by-layer",
    )

    def _layers(self) -> Iterable[tuple[dict[str, Any], dict[str, Any]]]:
        for checkpoint in self.json["checkpoints"]:
            for layer in checkpoint["layers"]:
                head = {
                    "checkpoint": checkpoint["name"], "step": checkpoint.get("step"),
                    "layer": layer["name"],
                }
                if "labeling" in layer:
                    head["labeling"] = layer["labeling"]
                yield head, layer

    @property
    def layers(self) -> Any:
        """A row a checkpoint and layer: its counts, chance, the loss at the matched perplexity (the
        number to compare by, `perplexityLoss` with its 95 % interval) and the least over T."""
        return table([{**head, **_layer_row(layer)} for head, layer in self._layers()])

    @property
    def curves(self) -> Any:
        """A row a checkpoint, layer and temperature: loss, slope dl/d ln T, perplexity."""
        return table(
            [{**head, **point} for head, layer in self._layers() for point in layer["curve"]]
        )

    @property
    def minima(self) -> Any:
        """A row a checkpoint, layer and minimum over T: the least (`isLeast`), whose position is
        interior, zero or infinity, and every other local one."""
        rows: Rows = []
        for head, layer in self._layers():
            least = layer.get("minimum") or {}
            others = [
                one for one in layer.get("localMinima") or []
                if one["temperature"] != least.get("temperature")
            ]
            if least:
                lower, upper = least.get("interval") or (None, None)
                rows.append({
                    **head, "isLeast": True, **_scalars(least), "lower": lower, "upper": upper
                })
            rows += [{**head, "isLeast": False, "position": "interior", **_scalars(one)}
                     for one in others]
        return table(rows)

    @property
    def classes(self) -> Any:
        """A row a checkpoint, layer and class: the mean loss of its samples with its interval, and
        the share of their soft neighbors that are of their own class."""
        rows: Rows = []
        for head, layer in self._layers():
            confusion = layer.get("softConfusion") or {}
            own = {
                name: confusion["rows"][place][place]
                for place, name in enumerate(confusion.get("classes", []))
            }
            for one in layer.get("classLosses") or []:
                lower, upper = one.get("interval") or (None, None)
                rows.append({
                    **head, "class": one["name"], "count": one["count"],
                    "temperature": one.get("temperature"), "loss": one["loss"], "lower": lower,
                    "upper": upper, "softAccuracy": own.get(one["name"]),
                })
        return table(rows)

    @property
    def changes(self) -> Any:
        """A row a layer: the change of the loss at the matched perplexity from the first checkpoint
        to the last, paired by sample; empty where there is one checkpoint."""
        return table([_with_bounds(change) for change in self.json.get("changes") or []])

    def plot(self, ax: Any = None, *, checkpoint: str | None = None) -> Any:
        """Draws the curves of a checkpoint, by default the last, with matplotlib: the loss in nats
        over T / mean distance, a line a layer.

        Args:
            ax: matplotlib axes; by default the current ones.

        Returns: the axes.

        Raises:
            SNNError: there is no such checkpoint, or no matplotlib.
        """
        try:
            from matplotlib import pyplot
        except ImportError:
            raise SNNError("plot takes matplotlib: pip install matplotlib") from None
        names = [one["name"] for one in self.json["checkpoints"]]
        checkpoint = names[-1] if checkpoint is None else checkpoint
        if checkpoint not in names:
            raise SNNError(
                f"there is no checkpoint '{checkpoint}'; there are {', '.join(names)}.", 64
            )
        ax = pyplot.gca() if ax is None else ax
        for head, layer in self._layers():
            if head["checkpoint"] == checkpoint:
                label = " ".join([layer["name"], *filter(None, [head.get("labeling")])])
                ax.plot(
                    [point["relativeTemperature"] for point in layer["curve"]],
                    [point["loss"] for point in layer["curve"]],
                    label=label,
                )
        ax.set(xscale="log", xlabel="T / mean distance", ylabel="loss (nats)", title=checkpoint)
        ax.legend()
        return ax


class Comparison(Result):
    """Runs side by side. `differences` are to the first run, with paired 95 % intervals."""

    _document = "compare.json"
    _page = "compare.html"
    _shown = ("comparison-at-perplexity", "comparison")

    @property
    def runs(self) -> Any:
        """A row a layer, checkpoint and run, with everything the command tells of it."""
        return table([
            {
                "layer": entry["layer"], "checkpoint": entry["checkpoint"],
                "step": entry.get("step"), **_flat(one),
            }
            for entry in self.json["layers"]
            for one in entry["runs"]
        ])


class CheckError(SNNError):
    """A check without a pass: `results` are the verdicts, `check` everything of it.

    Status 3: inconclusive, where that was asked for; 4: not comparable.
    """

    def __init__(self, sentence: str, status: int, check: Check) -> None:
        super().__init__(sentence, status)
        self.check = check
        self.results = check.json["results"]


class Regression(CheckError):
    """A number became worse than the rules allow, beyond chance: status 1."""


class Check(Result):
    """The verdicts of a run held against a baseline."""

    _document = "check.json"

    @property
    def verdict(self) -> str:
        """The worst: pass, improvement, inconclusive, not-comparable or regression."""
        return self.json["verdict"]

    @property
    def results(self) -> Any:
        """A row a number that was judged."""
        return table([_with_bounds(result) for result in self.json["results"]])

    @property
    def markdown(self) -> str:
        """The summary of a workflow's step."""
        return self._files["check.md"].decode()


class Neighbors(Result):
    """The nearest samples of every query in every layer."""

    _document = "neighbors.json"
    _shown = ("neighbor-accuracy",)

    @property
    def layers(self) -> Any:
        """A row a layer: the share of queries whose neighbors vote for their class, and more."""
        return table([_flat(layer, depth=1) for layer in self.json["layers"]])

    @property
    def queries(self) -> Any:
        """A row a layer and query: its class, what its neighbors say, and the nearest of them."""
        return table([
            {"layer": layer["layer"], **_flat(query, depth=1)}
            for layer in self.json["layers"]
            for query in layer.get("queries") or []
        ])

    @property
    def neighbors(self) -> Any:
        """A row a layer, query and neighbor: rank from 1, id, distance, class."""
        return table([
            {"layer": layer["layer"], "query": query["id"], "rank": rank, **neighbor}
            for layer in self.json["layers"]
            for query in layer.get("queries") or []
            for rank, neighbor in enumerate(query["neighbors"], start=1)
        ])


class Outliers(Result):
    """The credibility of queries by deep k-nearest neighbors (Papernot, McDaniel 2018)."""

    _document = "outliers.json"
    _shown = ("credibility",)

    @property
    def queries(self) -> Any:
        """A row a query: prediction, credibility, confidence, and `neighborsOfPrediction.LAYER`."""
        return table([_flat(query, depth=2) for query in self.json["queries"]])

    @property
    def auroc(self) -> float | None:
        """How well 1 − credibility tells the known outliers; None without these."""
        found = self.json.get("auroc")
        return found["value"] if found else None


_KINDS: tuple[type[Result], ...] = (Report, Comparison, Check, Neighbors, Outliers)


def load(folder: str | os.PathLike[str]) -> Any:
    """What the command wrote into a folder: a Report, Comparison, Check, Neighbors or Outliers.

    Raises:
        SNNError: the folder holds none of them.
    """
    files = files_of(Path(folder))
    for kind in _KINDS:
        if kind._document in files:
            return kind(files, output=Path(folder))
    raise SNNError(
        f"{os.fspath(folder)} holds no result: none of {', '.join(k._document for k in _KINDS)}."
    )


def files_of(folder: Path) -> dict[str, bytes]:
    """The files of a folder of results by name; lists too long for text stay on the disk."""
    kinds = (".json", ".txt", ".html", ".svg", ".csv", ".md", ".xml")
    if not folder.is_dir():
        raise SNNError(f"{folder} is no folder. Check the path.")
    return {
        path.name: path.read_bytes()
        for path in sorted(folder.iterdir())
        if path.is_file() and path.suffix in kinds and not path.name.startswith(".")
    }


def _layer_row(layer: Mapping[str, Any]) -> dict[str, Any]:
    """Named as the columns of minima.csv."""
    row = {
        "index": layer.get("index"), "shape": tuple(layer.get("shape") or ()),
        "classCount": len(layer.get("classes") or []),
    }
    for name in (
        "sampleCount", "featureCount", "anchorCount", "singletonCount", "chance", "meanDistance"
    ):
        row[name] = layer.get(name)
    least = layer.get("minimum") or {}
    lower, upper = least.get("interval") or (None, None)
    row.update(
        minimumLoss=least.get("loss"), minimumTemperature=least.get("temperature"),
        minimumRelativeTemperature=least.get("relativeTemperature"),
        position=least.get("position"), minimumLower=lower, minimumUpper=upper,
    )
    matched = layer.get("atPerplexity") or {}
    lower, upper = matched.get("interval") or (None, None)
    row.update(
        perplexity=matched.get("perplexity"), perplexityShare=matched.get("share"),
        perplexityTemperature=matched.get("temperature"),
        perplexityRelativeTemperature=matched.get("relativeTemperature"),
        perplexityLoss=matched.get("loss"), perplexityLower=lower, perplexityUpper=upper,
        perplexityMedian=matched.get("median"),
        perplexityHeldByTopPercent=matched.get("heldByTopPercent"),
        perplexityNull=matched.get("null"),
    )
    null = layer.get("permutationNull")
    if null:
        row["p"] = null.get("p")
    row["notices"] = list(layer.get("notices") or [])
    return row


def _scalars(record: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value for name, value in record.items() if not isinstance(value, (list, dict))
    }


def _with_bounds(record: Mapping[str, Any]) -> dict[str, Any]:
    """The interval as two columns."""
    row: dict[str, Any] = {}
    for name, value in record.items():
        if name == "interval":
            row["lower"], row["upper"] = value or (None, None)
        else:
            row[name] = value
    return row


def _flat(record: Mapping[str, Any], depth: int = 2) -> dict[str, Any]:
    """Nested records as columns `outer.inner`; lists, but for intervals, are left out."""
    row: dict[str, Any] = {}
    for name, value in record.items():
        if isinstance(value, Mapping) and depth:
            row.update({f"{name}.{key}": one for key, one in _flat(value, depth - 1).items()})
        elif name == "interval":
            row["lower"], row["upper"] = value or (None, None)
        elif not isinstance(value, (list, Mapping)):
            row[name] = value
    return row


def _csv_rows(text: str) -> Rows:
    rows = list(csv.DictReader(io.StringIO(text)))
    for name in rows[0] if rows else []:
        column = [row[name] for row in rows]
        for kind in (int, float):
            try:
                values = [None if text == "" else kind(text) for text in column]
            except ValueError:
                continue
            for row, value in zip(rows, values):
                row[name] = value
            break
    return rows
