#!/usr/bin/env python3
"""Rejects a package that would not start on Lambda, and prints every reason.

The executable has to be static, for x86-64, and executable by everyone. Every other file has to exist, be
intact, and be readable by everyone.
"""

import argparse
import collections
import json
import re
import stat
import subprocess
import sys
import tempfile
import zipfile
import zlib

NEEDED_FILES = ["bootstrap", "ca-bundle.crt", "datapackage.json", "searches.json", "www/index.html"]
LAMBDA_LIMIT = 250 << 20
UNIX = 3  # as the system that made an entry; those of others have no modes


def readelf(option, path):
    run = subprocess.run(
        ["readelf", "-W", option, path], capture_output=True, text=True, env={"LC_ALL": "C", "PATH": "/usr/bin:/bin"}
    )
    if run.returncode != 0 or "readelf: Error: " in run.stderr:
        raise ValueError("bootstrap is no whole ELF executable: " + run.stderr.strip())
    return run.stdout


def faults_of_executable(path):
    header = dict(re.findall(r"^ +(\w+): +(.*)$", readelf("-h", path), re.MULTILINE))
    if "X86-64" not in header["Machine"] or header["Class"] != "ELF64":
        yield f"bootstrap is built for {header['Machine']}, {header['Class']}, not for x86-64"
    if not re.match(r"EXEC|DYN \(Position", header["Type"]):
        yield f"bootstrap is no executable but {header['Type']}"
    segments = readelf("-l", path)
    flags = re.findall(r"^ +(LOAD|GNU_STACK) +(?:0x\w+ +){5}([RWE ]{3})", segments, re.MULTILINE)
    for name, allowed in flags:
        if "W" in allowed and "E" in allowed:
            yield f"bootstrap may execute what it writes: its {name} has the flags {allowed}"
    if "GNU_STACK" not in dict(flags):
        yield "bootstrap may execute its stack: it has no GNU_STACK"
    for name in re.findall(r"\] (\.symtab|\.z?debug_\w+) ", readelf("-S", path)):
        yield f"bootstrap is not stripped: it has the section {name}"
    dynamic = readelf("-d", path)
    for kind, folders in re.findall(r"\((RPATH|RUNPATH)\)\s+Library \w+: \[(.*)\]", dynamic):
        # Beside itself is where Swift's builds look; the package has no library there.
        if folders != "$ORIGIN":
            yield f"bootstrap looks for libraries in {folders} ({kind})"
    interpreter = re.search(r"program interpreter: (.*)\]", segments)
    needed = re.findall(r"\(NEEDED\)\s+Shared library: \[(.*)\]", dynamic)
    if interpreter:
        yield f"bootstrap asks for the interpreter {interpreter.group(1)}: it is not static"
    for name in needed:
        yield f"bootstrap asks for {name} at run time: it is not static"
    left = re.findall(r" UND (\S+)", readelf("--dyn-syms", path))
    if left:
        names = ", ".join(left[:5]) + (", …" if left[5:] else "")
        yield f"bootstrap leaves {len(left)} symbols to be resolved at run time: {names}"


def is_plain(entry):
    """Whether Lambda could unpack it: only deflated, if at all, and not encrypted."""
    return not entry.flag_bits & 1 and entry.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


def faults_of_entry(entry):
    name, mode = entry.filename, entry.external_attr >> 16
    told = f"{name} has the mode {stat.filemode(mode)}"
    if not is_plain(entry):
        yield f"{name} is encrypted, or compressed by something else than deflate"
    if name.startswith("/") or "\\" in name or ".." in name.split("/"):
        yield f"{name} is no path within the package"
    if entry.create_system != UNIX:
        yield f"{name} was packed without a mode, so nobody may run or read it"
        return
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
        yield f"{told}: it is neither a file nor a folder"
    if mode & 0o7022:
        yield f"{told}: others may write it, or it runs as another user"
    if (name == "bootstrap" or entry.is_dir()) and mode & 0o111 != 0o111:
        yield f"{told}: not everyone may run or enter it"
    if mode & 0o444 != 0o444:
        yield f"{told}: not everyone may read it"


def faults_of_contents(package):
    names = package.namelist()
    damaged = package.testzip()
    if damaged:
        yield f"{damaged} is damaged: it has not the checksum that the package says"
    for name in ("datapackage.json", "searches.json"):
        try:
            json.loads(package.read(name) if name in names else "{}")
        except ValueError as error:
            yield f"{name} is no JSON: {error}"
    if "ca-bundle.crt" in names and b"-----BEGIN CERTIFICATE-----" not in package.read("ca-bundle.crt"):
        yield "ca-bundle.crt has no certificate: no server would be trusted"
    if "bootstrap" not in names:
        return
    program = package.read("bootstrap")
    if program.startswith(b"#!"):
        yield "bootstrap is a script, not an executable"
        return
    with tempfile.NamedTemporaryFile(prefix="bootstrap-") as file:
        file.write(program)
        file.flush()
        try:
            yield from faults_of_executable(file.name)
        except ValueError as error:
            yield str(error)


def faults_of_zip(path):
    with zipfile.ZipFile(path) as package:
        entries = package.infolist()
        names = collections.Counter(entry.filename for entry in entries)
        for name in NEEDED_FILES:
            if name not in names:
                elsewhere = [other for other in names if other.endswith(f"/{name}")]
                yield f"{name} is missing" + (f"; {elsewhere[0]} is not where it has to be" if elsewhere else "")
        for name, count in names.items():
            if count > 1:
                yield f"{name} is there {count} times"
        for entry in entries:
            yield from faults_of_entry(entry)
        if sum(entry.file_size for entry in entries) > LAMBDA_LIMIT:
            yield "unpacked it is larger than the 250 MB that Lambda takes"
        elif all(is_plain(entry) for entry in entries):
            yield from faults_of_contents(package)


def main():
    parser = argparse.ArgumentParser(
        prog="scripts/internal/gate.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("package", metavar="FILE.zip")
    path = parser.parse_args().package
    faults = []
    try:
        faults.extend(faults_of_zip(path))
    except (OSError, EOFError, NotImplementedError, zipfile.BadZipFile, zlib.error) as error:
        faults.append(f"it cannot be read: {str(error) or 'it ends too early'}")
    for fault in faults:
        print(f"scripts/internal/gate.py: {path}: {fault}", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
