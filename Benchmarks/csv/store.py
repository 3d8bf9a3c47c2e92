"""S3, as far as a load needs it: objects that are files, or come out of a program."""

from __future__ import annotations

import http.server
import os
import re
import subprocess
import threading
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class StoredFile:
    path: Path
    size: int

    def send(self, start: int, count: int, to: int) -> None:
        with open(self.path, "rb") as file:
            while count > 0 and (
                sent := os.sendfile(to, file.fileno(), start, min(count, 1 << 24))
            ):
                start, count = start + sent, count - sent


@dataclass(frozen=True)
class Generated:
    """What a program writes, the same every time; no file is kept."""

    command: list[str]
    size: int

    def send(self, start: int, count: int, to: int) -> None:
        with subprocess.Popen(
            self.command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        ) as process:
            with open(os.devnull, "wb") as nowhere:
                pipe = process.stdout.fileno()
                while start > 0 and (
                    skipped := os.splice(pipe, nowhere.fileno(), min(start, 1 << 20))
                ):
                    start -= skipped
                while count > 0 and (sent := os.splice(pipe, to, min(count, 1 << 20))):
                    count -= sent
            process.kill()


class ObjectStore:
    """Serves objects under any bucket, whole or by range, on a free port of this machine."""

    def __init__(self):
        self.objects: dict[str, tuple[StoredFile | Generated, str]] = {}
        store = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                store.answer(self, with_body=True)

            def do_HEAD(self):
                store.answer(self, with_body=False)

            def do_PUT(self):
                # Such as the file of rejected records.
                left = int(self.headers.get("Content-Length", 0))
                while left > 0 and (piece := self.rfile.read(min(left, 1 << 20))):
                    left -= len(piece)
                self.send_response(200)
                self.send_header("ETag", '"put"')
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"

    def put(self, key: str, content: StoredFile | Generated, tag: str) -> None:
        self.objects[key] = content, tag

    def answer(self, request: http.server.BaseHTTPRequestHandler, with_body: bool) -> None:
        key = request.path.partition("?")[0].split("/", 2)[-1]
        if key not in self.objects:
            request.send_response(404)
            request.send_header("Content-Length", "0")
            request.end_headers()
            return
        content, tag = self.objects[key]
        first, last = 0, content.size - 1
        wanted = re.fullmatch(r"bytes=(\d+)-(\d*)", request.headers.get("Range", ""))
        if wanted:
            first = int(wanted[1])
            last = min(last, int(wanted[2])) if wanted[2] else last
        request.send_response(206 if wanted else 200)
        if wanted:
            request.send_header("Content-Range", f"bytes {first}-{last}/{content.size}")
        request.send_header("Accept-Ranges", "bytes")
        request.send_header("ETag", f'"{tag}"')
        request.send_header("Content-Length", str(last - first + 1))
        request.end_headers()
        request.wfile.flush()
        if with_body:
            try:
                content.send(first, last - first + 1, request.connection.fileno())
            except (BrokenPipeError, ConnectionResetError):
                request.close_connection = True
