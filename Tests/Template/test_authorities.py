"""scripts/internal/package-rds-ca: what may become trust in a database, and where it ends up."""

import subprocess
import tempfile
import unittest
import zipfile
from pathlib import Path

from variants import ROOT, STACKS


def certificate(folder, name, *options):
    path = folder / f"{name}.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
         "-subj", f"/CN={name}", "-keyout", folder / f"{name}.key", "-out", path, *options],
        check=True, capture_output=True)
    return path.read_text()


class Authorities(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.zip = self.folder / "package.zip"
        with zipfile.ZipFile(self.zip, "w") as package:
            package.writestr("bootstrap", "x")

    def add(self, text):
        file = self.folder / "given.pem"
        file.write_text(text)
        return subprocess.run(
            [ROOT / "scripts/internal/package-rds-ca", file, self.zip], capture_output=True, text=True)

    def names(self):
        with zipfile.ZipFile(self.zip) as package:
            return package.namelist()

    def test_authorities_end_up_where_the_functions_look(self):
        text = "# a bundle\n" + certificate(self.folder, "one") + certificate(self.folder, "two")
        answer = self.add(text)
        self.assertEqual(answer.returncode, 0, answer.stderr)
        self.assertIn("2 authorities", answer.stdout)
        functions = STACKS["defaults"].of_type("AWS::Lambda::Function").values()
        for function in functions:
            path = function["Environment"]["Variables"]["PGSSLROOTCERT"]
            self.assertIn(path.removeprefix("/var/task/"), self.names())

    def test_anything_else_is_refused(self):
        server = certificate(self.folder, "server", "-addext", "basicConstraints=critical,CA:FALSE")
        for text in ["", "<html>Not found</html>", server, certificate(self.folder, "one") + server]:
            answer = self.add(text)
            with self.subTest(text[:30]):
                self.assertEqual(answer.returncode, 1)
                self.assertIn("expected certificates of authorities", answer.stderr)
                self.assertEqual(self.names(), ["bootstrap"])


if __name__ == "__main__":
    unittest.main()
