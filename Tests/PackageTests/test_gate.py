"""Plants each fault of a package that scripts/gate is there for, and sees it refused.

    python3 -m unittest discover -s Tests/PackageTests
"""

import subprocess
import tempfile
import unittest
import zipfile
from pathlib import Path

GATE = Path(__file__).resolve().parents[2] / "scripts/gate"
PLAIN = "int main(void) { return 0; }"
FILES = ["ca-bundle.crt", "datapackage.json", "searches.json", "www/index.html"]


class GateTests(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def program(self, source, *flags):
        (self.folder / "program.c").write_text(source)
        subprocess.run(
            ["cc", "-o", "bootstrap", "program.c", *flags], cwd=self.folder, check=True)
        return (self.folder / "bootstrap").read_bytes()

    def refusals(self, program, *options, mode=0o755, files=FILES):
        path = self.folder / "package.zip"
        with zipfile.ZipFile(path, "w") as package:
            for name in files:
                entry = zipfile.ZipInfo(name)
                entry.external_attr = 0o100644 << 16
                package.writestr(entry, "x")
            entry = zipfile.ZipInfo("bootstrap")
            entry.external_attr = (0o100000 | mode) << 16
            package.writestr(entry, program)
        run = subprocess.run([GATE, path, *options], capture_output=True, text=True)
        self.assertIn(run.returncode, (0, 1), run.stderr)
        self.assertEqual(run.returncode == 0, run.stderr == "")
        return run.stderr

    def test_fault_49_a_sound_package_passes(self):
        self.assertEqual(self.refusals(self.program(PLAIN, "-static")), "")
        self.assertEqual(self.refusals(self.program(PLAIN, "-no-pie"), "--dynamic-glibc"), "")

    def test_fault_49_a_symbol_of_glibc_2_36_is_refused(self):
        source = "#include <stdlib.h>\nint main(void) { return arc4random() & 1; }"
        told = self.refusals(self.program(source), "--dynamic-glibc")
        self.assertIn("arc4random of GLIBC_2.36", told)

    def test_fault_49_a_missing_library_is_refused(self):
        source = "#include <zlib.h>\nint main(void) { return zlibVersion()[0]; }"
        self.assertIn("libz.so.1", self.refusals(self.program(source, "-lz"), "--dynamic-glibc"))

    def test_fault_49_an_unset_execution_bit_is_refused(self):
        program = self.program(PLAIN, "-static")
        self.assertIn("-rw-r--r--", self.refusals(program, mode=0o644))
        self.assertIn("-rwx------", self.refusals(program, mode=0o700))

    def test_fault_49_another_architecture_is_refused(self):
        program = bytearray(self.program(PLAIN, "-static"))
        program[18:20] = (183).to_bytes(2, "little")  # e_machine: AArch64
        self.assertIn("AArch64", self.refusals(bytes(program)))
        self.assertIn("no ELF executable", self.refusals(b"#!/bin/sh\n"))

    def test_fault_49_something_left_to_resolve_is_refused(self):
        told = self.refusals(self.program(PLAIN))
        self.assertIn("interpreter", told)
        self.assertIn("libc.so.6", told)
        told = self.refusals(self.program("int puts(const char *);\nint main(void) { return puts(\"\"); }"))
        self.assertIn("the symbol puts", told)

    def test_fault_49_a_missing_file_is_refused(self):
        program = self.program(PLAIN, "-static")
        for name in FILES:
            files = [other for other in FILES if other != name]
            self.assertIn(f"{name} is missing", self.refusals(program, files=files))


if __name__ == "__main__":
    unittest.main()
