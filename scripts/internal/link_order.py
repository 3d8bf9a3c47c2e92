#!/usr/bin/env python3
"""Renews scripts/internal/link/order: the parts of the executable that a start of the package uses, in the
order of their use. The linker places them next to each other, so that a start reads fewer pages.

Requires valgrind, which reports every address that is executed, read or written, and PostgreSQL, for the
first answers. Takes about five minutes. Names that no longer exist do no harm; scripts/package reports
when many of them are gone. Two runs on the same sources differ in a few lines.
"""

import argparse
import bisect
import collections
import contextlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import linker_map

HOME = Path(__file__).resolve().parents[2]
sys.path.append(str(HOME / "Benchmarks/ColdBench"))
from cold import database, departments  # noqa: E402

BUILD = HOME / ".build/package-build"
# Of larger sections a start needs little: they lie behind the others.
LARGE = 16 << 10


class Layout:
    """The sections of the executable, by the linker's map."""

    def __init__(self, path):
        self.sections = []
        for section, entry in linker_map.entries(path):
            # Of a thread's own memory the map has the place in the file's copy, where others lie, too.
            if section.startswith(linker_map.NOT_LOADED + (".tbss",)):
                continue
            if entry.depth == 1:
                self.sections.append((entry.address, entry.size, []))
            elif self.sections:
                self.sections[-1][2].append(entry.text)
        self.sections = sorted(section for section in self.sections if section[1])
        self.starts = [section[0] for section in self.sections]
        self.uses = collections.Counter(name for section in self.sections for name in section[2])

    def index(self, address):
        """The section at an address; None between sections."""
        index = bisect.bisect_right(self.starts, address) - 1
        if index < 0 or address >= self.starts[index] + self.sections[index][1]:
            return None
        return index

    def name(self, index):
        """A symbol of the section, one that no other has where there is such; None without any."""
        return min(self.sections[index][2], key=lambda name: self.uses[name], default=None)


def serve(listener, run, event, wanted):
    """Is the Runtime API for one event, whose answer holds what is wanted, or until the first is asked for."""
    listener.settimeout(1)
    client = None
    while not client:
        if run.poll() is not None:
            sys.exit(f"scripts/internal/link_order.py: the package ended immediately: {run.returncode}")
        with contextlib.suppress(TimeoutError):
            client = listener.accept()[0]
    request = client.recv(65536)
    if b"/invocation/next" not in request.split(b"\r\n")[0]:
        sys.exit(f"scripts/internal/link_order.py: the package asked for no event: {request[:300]}")
    if not event:
        return
    client.sendall(
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n"
        b"Lambda-Runtime-Aws-Request-Id: order\r\nLambda-Runtime-Deadline-Ms: 4102444800000\r\n"
        b"Lambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:us-east-1:0:function:order\r\n\r\n"
        % len(event) + event)
    answer = client.recv(65536)
    if b"/response" not in answer.split(b"\r\n")[0] or wanted not in answer:
        sys.exit(f"scripts/internal/link_order.py: the package answered {answer[:1500]}")


def touched(layout, handler, event, wanted, variables):
    """The indexes of the sections that a run touches, in order."""
    listener = socket.create_server(("127.0.0.1", 0))
    environment = {
        **variables, "_HANDLER": handler,
        "AWS_LAMBDA_RUNTIME_API": "127.0.0.1:%d" % listener.getsockname()[1]}
    with tempfile.NamedTemporaryFile() as log:
        run = subprocess.Popen(
            ["valgrind", "-q", "--tool=lackey", "--trace-mem=yes", f"--log-file={log.name}",
             variables["LAMBDA_TASK_ROOT"] + "/bootstrap"], env=environment)
        try:
            serve(listener, run, event, wanted)
        finally:
            run.send_signal(signal.SIGTERM)
            run.wait()
        # A dictionary, since that keeps the order.
        found = {}
        with open(log.name, errors="replace") as lines:
            for line in lines:
                access = re.match(r"(?:I | L| S| M) ([0-9a-f]+),", line)
                index = access and layout.index(int(access.group(1), 16))
                if index is not None:
                    found[index] = None
    return found


def main():
    argparse.ArgumentParser(
        prog="scripts/internal/link_order.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    if not shutil.which("valgrind"):
        sys.exit("scripts/internal/link_order.py: valgrind is not in PATH")
    subprocess.run([HOME / "scripts/package"], check=True)
    subprocess.run(["swift", "build", "--product", "sluice"], check=True, cwd=HOME)
    layout = Layout(BUILD / "link/map")
    folder = Path(tempfile.mkdtemp(prefix="sluice-order-"))
    folder.chmod(0o755)
    cluster, url = database(folder)
    try:
        variables = {
            **os.environ, "DATABASE_URL": url, "AWS_REGION": "us-east-1",
            "API_ACCESS": "open-reads", "USAJOBS_API_KEY": "order", "USAJOBS_EMAIL": "order@example.com",
            "LAMBDA_TASK_ROOT": str(BUILD / "stage")}
        # A session has ten seconds to begin, of which TLS alone takes more under valgrind: it is seen as
        # far as it comes, and then what follows by a session without it.
        plain = {**variables, "DATABASE_URL": url.replace("verify-full", "disable")}
        departments(HOME / ".build/debug/sluice", folder, variables)
        test = json.loads((HOME / "events/csv-load.s3-test-event.json").read_text())
        chunk = json.loads((HOME / "events/api.http-v2.json").read_text())
        chunk |= {"rawQueryString": "table_name=departments"}
        docs = {**chunk, "rawPath": "/docs", "rawQueryString": ""}
        order = {}
        for handler, event, wanted, given in [
            ("csv-load", None, b"", variables), ("job-ingest", None, b"", variables), ("api", None, b"", variables),
            ("csv-load", test, b"", variables),
            ("api", chunk, b"", variables), ("api", chunk, b'"statusCode":200', plain),
            ("api", docs, b'"statusCode":200', variables),
        ]:
            order |= touched(layout, handler, event and json.dumps(event).encode(), wanted, given)
    finally:
        cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)
    small = [index for index in order if layout.sections[index][1] <= LARGE]
    large = [index for index in order if layout.sections[index][1] > LARGE]
    names = dict.fromkeys(layout.name(index) for index in small + large)
    names.pop(None, None)
    (HOME / "scripts/internal/link/order").write_text(
        "# Made by scripts/internal/link_order.py; scripts/package gives it to the linker.\n" + "\n".join(names) + "\n")
    print(f"scripts/internal/link/order: {len(names)} names")


if __name__ == "__main__":
    main()
