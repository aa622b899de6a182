"""Tests of the composite action and the pre-commit hook, step by step as their services run them.

    SNN_ANALYZE=../../.build/release/snn-analyze python -m unittest test_workflows

Needs PyYAML, and bash. The action's own installing step is run where Scripts/package has made a wheel.
"""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

try:
    import yaml
except ImportError:
    yaml = None

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("SNN_ANALYZE", str(ROOT / ".build/release/snn-analyze"))
DATA = ROOT / "notebooks-data/digits-mlp.h5"
WHEELS = sorted((ROOT / "dist").glob("*.whl"))


@unittest.skipUnless(yaml, "needs yaml")
class WorkflowTests(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name)
        (self.path / "bin").mkdir()
        (self.path / "bin/snn-analyze").symlink_to(PROGRAM)
        shutil.copy(DATA, self.path / "act.h5")
        self.environment = {
            **os.environ, "PATH": f"{self.path / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "GITHUB_STEP_SUMMARY": str(self.path / "summary"),
            "GITHUB_OUTPUT": str(self.path / "outputs"), "GITHUB_ACTIONS": "true",
        }

    def run_program(self, *words):
        subprocess.run(
            [PROGRAM, *words], cwd=self.path, check=True, capture_output=True
        )

    def steps(self, **given):
        """Runs the steps of the action that are commands, as the service does: with `bash -e`, the
        inputs put in, and those of `if: always()` after a failure. Returns the statuses by name."""
        action = yaml.safe_load((ROOT / ".github/actions/check/action.yml").read_text())
        inputs = {name: given.get(name, one.get("default")) for name, one in action["inputs"].items()}
        self.assertNotIn(None, inputs.values())

        def filled(text):
            return re.sub(r"\$\{\{ inputs\.(\w+) \}\}", lambda m: inputs[m.group(1)], text)

        statuses = {}
        for step in action["runs"]["steps"]:
            if "uses" in step:
                self.assertEqual(step["uses"], "actions/upload-artifact@v4")
                self.uploaded = filled(step["with"]["path"])
                continue
            if any(statuses.values()) and step.get("if") != "always()":
                continue
            if step["name"].startswith("Install") and not WHEELS:
                continue
            environment = {name: filled(value) for name, value in step.get("env", {}).items()}
            if step["name"].startswith("Install"):
                subprocess.run([sys.executable, "-m", "venv", self.path / "venv"], check=True)
                os.symlink(self.path / "venv/bin/python3", self.path / "bin/python3")
            statuses[step["name"]] = subprocess.run(
                ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
                cwd=self.path, env={**self.environment, **environment}, capture_output=True,
            ).returncode
        return statuses

    def test_the_action_passes_what_is_as_it_was(self):
        self.run_program("baseline", "act.h5", "-o", "base.json")
        statuses = self.steps(
            wheel=str(WHEELS[0]) if WHEELS else "", files="act.h5", baseline="base.json"
        )
        self.assertEqual(set(statuses.values()), {0}, statuses)
        self.assertIn("Pass", (self.path / "summary").read_text())
        self.assertEqual((self.path / "outputs").read_text(), "verdict=pass\n")
        there = {path.name for path in (self.path / self.uploaded).rglob("*")}
        self.assertLessEqual({"check.json", "check.xml", "report.html"}, there)
        self.assertIn("perplexity-over-training.svg", there)

    def test_the_action_fails_on_a_regression_and_still_draws(self):
        self.run_program("baseline", "act.h5", "-o", "base.json")
        statuses = self.steps(
            wheel=str(WHEELS[0]) if WHEELS else "", files="act.h5", baseline="base.json",
            options="--checkpoints epoch_00*", output="found",
        )
        self.assertEqual(statuses["Check"], 1)
        self.assertEqual(statuses["Draw the figures"], 0)
        self.assertEqual((self.path / "outputs").read_text(), "verdict=regression\n")
        self.assertEqual(
            json.loads((self.path / "found/check.json").read_text())["verdict"], "regression"
        )
        self.assertTrue((self.path / "found/act/report.html").exists())

    def test_the_hook_holds_a_commit_up(self):
        (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
        self.assertTrue(re.search(hook["files"], "models/act.h5"))
        self.assertFalse(re.search(hook["files"], "model.py"))
        self.run_program("baseline", "act.h5", "-o", "base.json")

        def committed(*more):
            return subprocess.run(
                [*shlex.split(hook["entry"]), "act.h5", "--baseline", "base.json", *more],
                cwd=self.path, env=self.environment, capture_output=True,
            ).returncode

        self.assertEqual(committed(), 0)
        self.assertEqual(committed("--checkpoints", "epoch_00*"), 1)


if __name__ == "__main__":
    unittest.main()
