"""Plants each fault that scripts/internal/gate.py looks for in a package, and expects it to be rejected.

    python3 -m unittest discover -s Tests/PackageTests
"""

import subprocess
import tempfile
import unittest
import zipfile
from pathlib import Path

GATE = Path(__file__).resolve().parents[2] / "scripts/internal/gate.py"
PLAIN = "int main(void) { return 0; }"
FILES = {
    "ca-bundle.crt": "-----BEGIN CERTIFICATE-----\n", "datapackage.json": "{}", "searches.json": "{}",
    "www/index.html": "x",
}
FILE, LINK = 0o100644, 0o120777
STATIC = ("-static", "-s")
DYNAMIC = ("-no-pie", "-s")


def entry(name, mode=FILE):
    made = zipfile.ZipInfo(name)
    made.external_attr = mode << 16
    return made


class GateTests(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.path = self.folder / "package.zip"

    def program(self, source=PLAIN, *flags):
        (self.folder / "program.c").write_text(source)
        subprocess.run(
            ["cc", "-o", "bootstrap", "program.c", *(flags or STATIC)], cwd=self.folder, check=True)
        return (self.folder / "bootstrap").read_bytes()

    def refusals(self, *entries, files=FILES):
        """What is told about a package of these entries and files."""
        with zipfile.ZipFile(self.path, "w") as package:
            for made, text in [*((entry(name), text) for name, text in files.items()), *entries]:
                package.writestr(made, text)
        return self.judged()

    def judged(self):
        run = subprocess.run([GATE, self.path], capture_output=True, text=True)
        self.assertIn(run.returncode, (0, 1), run.stderr)
        self.assertNotIn("Traceback", run.stderr)
        self.assertEqual(run.returncode == 0, run.stderr == "")
        return run.stderr

    def told_of(self, program, mode=0o100755, name="bootstrap", **others):
        return self.refusals((entry(name, mode), program), **others)

    def told_only(self, expected, told):
        """One fault alone, so that it is refused for what is wrong with it."""
        self.assertIn(expected, told)
        self.assertEqual(len(told.splitlines()), 1, told)

    def test_fault_49_a_sound_package_passes(self):
        self.assertEqual(self.told_of(self.program()), "")
        self.assertEqual(self.told_of(self.program(PLAIN, "-static-pie", "-s")), "")

    def test_fault_49_a_missing_library_is_refused(self):
        source = "#include <zlib.h>\nint main(void) { return zlibVersion()[0]; }"
        self.assertIn("libz.so.1", self.told_of(self.program(source, *DYNAMIC, "-lz")))

    def test_fault_49_an_unset_execution_bit_is_refused(self):
        program = self.program()
        self.told_only("-rw-r--r--", self.told_of(program, mode=0o100644))
        self.assertIn("-rwx------", self.told_of(program, mode=0o100700))

    def test_fault_49_another_architecture_is_refused(self):
        program = bytearray(self.program())
        program[18:20] = (183).to_bytes(2, "little")  # e_machine: AArch64
        self.assertIn("AArch64", self.told_of(bytes(program)))

    def test_fault_49_what_is_no_executable_is_refused(self):
        self.told_only("is a script", self.told_of(b"#!/bin/sh\r\n"))
        self.told_only("no whole ELF", self.told_of(b""))
        self.told_only("no whole ELF", self.told_of(self.program()[:5000]))
        library = self.program("int one = 1;", "-shared", "-nostdlib", "-s")
        self.assertIn("no executable but DYN", self.told_of(library))

    def test_fault_49_something_left_to_resolve_is_refused(self):
        told = self.told_of(self.program(PLAIN, *DYNAMIC))
        self.assertIn("interpreter", told)
        self.assertIn("libc.so.6", told)
        source = "int puts(const char *);\nint main(void) { return puts(\"\"); }"
        told = self.told_of(self.program(source, *DYNAMIC))
        self.assertRegex(told, "symbols to be resolved at run time: .*puts")

    def test_fault_49_a_path_of_libraries_is_refused(self):
        for kind, flag in [("RPATH", "--disable-new-dtags"), ("RUNPATH", "--enable-new-dtags")]:
            program = self.program(PLAIN, "-static-pie", "-s", f"-Wl,{flag},-rpath,/usr/local/lib")
            self.told_only(f"/usr/local/lib ({kind})", self.told_of(program))

    def test_fault_49_a_stack_that_may_be_executed_is_refused(self):
        self.told_only("GNU_STACK", self.told_of(self.program(PLAIN, *STATIC, "-Wl,-z,execstack")))
        flags = ("-nostdlib", "-Wl,--omagic,--no-warn-rwx-segments")
        told = self.told_of(self.program("void _start(void) {}", *STATIC, *flags))
        self.told_only("LOAD has the flags RWE", told)

    def test_fault_49_symbols_that_were_not_stripped_are_refused(self):
        self.assertIn(".symtab", self.told_of(self.program(PLAIN, "-static")))
        self.assertIn(".debug_info", self.told_of(self.program(PLAIN, "-static", "-g")))

    def test_fault_49_a_missing_file_is_refused(self):
        program = self.program()
        for name in FILES:
            files = {other: text for other, text in FILES.items() if other != name}
            self.told_only(f"{name} is missing", self.told_of(program, files=files))

    def test_fault_49_a_folder_around_the_package_is_refused(self):
        files = {f"package/{name}": text for name, text in FILES.items()}
        told = self.told_of(self.program(), name="package/bootstrap", files=files)
        self.assertIn("bootstrap is missing; package/bootstrap is not where", told)

    def test_fault_49_what_cannot_be_used_is_refused(self):
        program = self.program()
        for name, text, expected in [
            ("ca-bundle.crt", "", "no certificate"),
            ("datapackage.json", "{", "datapackage.json is no JSON"),
            ("searches.json", "", "searches.json is no JSON"),
        ]:
            self.told_only(expected, self.told_of(program, files={**FILES, name: text}))

    def test_fault_49_modes_that_are_not_for_everyone_are_refused(self):
        program = (entry("bootstrap", 0o100755), self.program())
        for name, mode, expected in [
            ("rds-ca.pem", 0o100600, "not everyone may read"),
            ("www/", 0o040700, "not everyone may"),
            ("tool", 0o104755, "runs as another user"),
            ("notes", 0o100666, "others may write"),
            ("link", LINK, "neither a file nor a folder"),
        ]:
            self.assertIn(f"{name} has the mode ", told := self.refusals(program, (entry(name, mode), "x")))
            self.assertIn(expected, told)
        windows = entry("notes")
        windows.create_system = 0
        self.told_only("without a mode", self.refusals(program, (windows, "x")))

    def test_fault_49_names_that_lead_elsewhere_are_refused(self):
        program = (entry("bootstrap", 0o100755), self.program())
        for name in ["/etc/passwd", "../bootstrap", "www\\index.html"]:
            told = self.refusals(program, (entry(name), "x"))
            self.told_only(f"{name} is no path within", told)
        with self.assertWarns(UserWarning):
            told = self.refusals(program, program)
        self.told_only("bootstrap is there 2 times", told)

    def test_fault_49_a_zip_that_lambda_cannot_unpack_is_refused(self):
        program = (entry("bootstrap", 0o100755), self.program())
        packed = entry("notes")
        packed.compress_type = zipfile.ZIP_LZMA
        self.told_only("something else than deflate", self.refusals(program, (packed, "x")))
        large = entry("notes")
        large.compress_type = zipfile.ZIP_DEFLATED
        told = self.refusals(program, (large, bytes(251 << 20)))
        self.told_only("larger than the 250 MB", told)
        self.assertEqual(self.refusals(program), "")
        sound = self.path.read_bytes()
        self.path.write_bytes(sound.replace(b"BEGIN", b"begin"))
        self.assertIn("is damaged", self.judged())
        self.path.write_bytes(sound[:-30])
        self.told_only("cannot be read", self.judged())
        header = sound.rindex(b"PK\1\2")
        size = len(sound).to_bytes(4, "little")
        for field, value in [(6, b"\xfe\0"), (20, size + size)]:  # the version needed, both sizes
            damaged = bytearray(sound)
            damaged[header + field:header + field + len(value)] = value
            self.path.write_bytes(damaged)
            self.told_only("cannot be read", self.judged())
        self.path.unlink()
        self.told_only("cannot be read", self.judged())


if __name__ == "__main__":
    unittest.main()
