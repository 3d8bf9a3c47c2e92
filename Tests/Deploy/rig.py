"""Scripts that talk to AWS, run with stand-ins for `aws`, `sam` and `terraform` in PATH.

A stand-in writes down its arguments, one line a call, and does what the test put into its file; a
pattern of the arguments, as `case` of the shell takes them, chooses.
"""

import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]

STAND_IN = """#!/bin/bash
printf '%s\\n' "{name} $*" >>"{folder}/calls"
case "$*" in
{cases}
esac
"""


class ScriptTest(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder)
        for name in ["scripts/internal", "bin", ".build/package"]:
            (self.folder / name).mkdir(parents=True)
        for name in ["deploy", "users", "internal/script.sh"]:
            shutil.copy(ROOT / "scripts" / name, self.folder / "scripts" / name)
        (self.folder / "template").symlink_to(ROOT / "template")
        self.zip = self.folder / ".build/package/bootstrap.zip"
        self.zip.write_bytes(b"zip")
        self.stand_in("package", {"*": ""}, folder="scripts")
        # What else the scripts call; nothing of the machine's own AWS tools.
        for tool in [
            "bash", "sed", "tr", "grep", "tail", "mktemp", "rm", "cat", "dirname", "python3", "unzip",
            "sha256sum",
        ]:
            (self.folder / "bin" / tool).symlink_to(shutil.which(tool))

    def stand_in(self, name: str, cases: dict, folder: str = "bin"):
        text = "\n".join(f"  {pattern}) {code}\n    ;;" for pattern, code in cases.items())
        path = self.folder / folder / name
        path.write_text(STAND_IN.format(name=name, folder=self.folder, cases=text))
        path.chmod(0o755)

    def run_script(self, script: str, *arguments: str, text: str = "", **variables: str):
        environment = {"PATH": str(self.folder / "bin"), "HOME": str(self.folder), **variables}
        return subprocess.run(
            [self.folder / "scripts" / script, *arguments], input=text, text=True,
            capture_output=True, env=environment, timeout=30)

    def calls(self, name: str = "") -> list[str]:
        path = self.folder / "calls"
        lines = path.read_text().splitlines() if path.exists() else []
        return [line for line in lines if line.startswith(name)]
