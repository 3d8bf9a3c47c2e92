"""Every script explains itself, rejects unknown arguments before it does anything, and is named correctly.

    python3 -B -m unittest discover -s Tests/Scripts
"""

import os
import re
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = sorted(
    path.relative_to(ROOT) for folder in ("scripts", "scripts/internal")
    for path in (ROOT / folder).iterdir() if os.access(path, os.X_OK) and path.is_file())
# All that a script needs to print its help: whatever else it starts is not found.
PROGRAMS = ["bash", "dirname", "env", "python3", "sed"]


class ScriptTests(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.home = Path(folder.name) / "home"
        for name in ("scripts", "Benchmarks"):
            shutil.copytree(ROOT / name, self.home / name, ignore=shutil.ignore_patterns("__pycache__"))
        self.programs = Path(folder.name) / "programs"
        self.programs.mkdir()
        for name in PROGRAMS:
            (self.programs / name).symlink_to(shutil.which(name))

    def run_script(self, script, *arguments):
        return subprocess.run(
            [self.home / script, *arguments], capture_output=True, text=True, timeout=30, cwd="/",
            env={"PATH": str(self.programs), "PYTHONDONTWRITEBYTECODE": "1"})

    def state(self):
        return {path: path.lstat().st_mtime_ns for path in self.home.rglob("*")}

    def test_help_is_printed_and_nothing_else_is_done(self):
        before = self.state()
        for script in SCRIPTS:
            with self.subTest(script):
                run = self.run_script(script, "--help")
                self.assertEqual((run.returncode, run.stderr), (0, ""))
                self.assertRegex(run.stdout, r"(?ms)^[A-Z].*\.$")
        self.assertEqual(self.state(), before)

    def test_an_unknown_option_is_rejected_before_anything_is_done(self):
        before = self.state()
        for script in SCRIPTS:
            with self.subTest(script):
                run = self.run_script(script, "--no-such-option")
                self.assertEqual((run.returncode, run.stdout), (2, ""))
                self.assertIn("scripts/", run.stderr)
        self.assertEqual(self.state(), before)

    def test_a_part_has_its_own_help(self):
        for script, part in [("bench", "csv"), ("test", "fuzz")]:
            run = self.run_script(f"scripts/{script}", part, "--help")
            self.assertIn(f"scripts/{script} {part} [", run.stdout)

    def test_every_script_is_bash_or_python_and_its_name_says_which(self):
        for script in [*SCRIPTS, Path(".ci/run")]:
            with self.subTest(script):
                first = (ROOT / script).read_text().partition("\n")[0]
                wanted = "#!/usr/bin/env " + ("python3" if script.suffix == ".py" else "bash")
                self.assertEqual(first, wanted)
        for path in sorted((ROOT / "scripts").rglob("*")):
            with self.subTest(path):
                if path.is_file() and path.read_bytes().startswith(b"#!"):
                    self.assertTrue(os.access(path, os.X_OK), "it is not executable")
                if path.suffix == ".py":
                    compile(path.read_text(), str(path), "exec")
                elif path.suffix == ".sh" or path.relative_to(ROOT) in SCRIPTS:
                    subprocess.run(["bash", "-n", path], check=True)
        subprocess.run(["bash", "-n", ROOT / ".ci/run"], check=True)

    def test_every_script_that_a_file_names_exists(self):
        named = 0
        for folder, folders, files in os.walk(ROOT):
            # Not .git, .build and what other tools leave behind.
            folders[:] = [name for name in folders if name in (".ci", ".github") or name[0] not in "._"]
            for name in files:
                path = Path(folder, name)
                text = path.read_text(errors="replace")
                for script in re.findall(r"(?<![\w/.-])(?:scripts|\.ci)/[\w/.-]*\w(?!\w|-?\$)", text):
                    named += 1
                    with self.subTest(path, script=script):
                        self.assertTrue((ROOT / script).exists())
        self.assertGreater(named, 100)


if __name__ == "__main__":
    unittest.main()
