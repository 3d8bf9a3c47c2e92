"""The real `bootstrap` as `csv-load`, with a Runtime API and an object store of ours around it."""

from __future__ import annotations

import http.server
import itertools
import json
import os
import subprocess
import threading
import time

import cpu
from cluster import Cluster
from dataset import DataFile
from outcome import BenchFault
from sample import Run
from store import Generated, ObjectStore, StoredFile

INVOCATION_SECONDS = 3600


class Loader:
    def __init__(self, bootstrap: str, package: str, cluster: Cluster):
        self.store = ObjectStore()
        self.event: bytes | None = None
        self.answer: bytes | None = None
        self.changed = threading.Condition()
        self.numbers = itertools.count(1)
        loader = self

        class RuntimeAPI(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                event = loader.take_event()
                self.send_response(200)
                self.send_header("Lambda-Runtime-Aws-Request-Id", "bench")
                deadline = int((time.time() + INVOCATION_SECONDS) * 1000)
                self.send_header("Lambda-Runtime-Deadline-Ms", str(deadline))
                self.send_header("Content-Length", str(len(event)))
                self.end_headers()
                self.wfile.write(event)

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(202)
                self.send_header("Content-Length", "0")
                self.end_headers()
                loader.give_answer(body)

            def log_message(self, *_):
                pass

        api = http.server.ThreadingHTTPServer(("127.0.0.1", 0), RuntimeAPI)
        api.daemon_threads = True
        threading.Thread(target=api.serve_forever, daemon=True).start()
        environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("AWS_", "PG", "SLUICE_"))
        }
        environment |= {
            "_HANDLER": "csv-load",
            "DATABASE_URL": cluster.url(),
            "SLUICE_DATAPACKAGE": package,
            "SLUICE_CHUNK_BYTES": "0",
            "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{api.server_port}",
            "AWS_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "x",
            "AWS_SECRET_ACCESS_KEY": "x",
            "AWS_ENDPOINT_URL": self.store.endpoint,
            "AWS_LAMBDA_LOG_LEVEL": "ERROR",
        }
        # Metrics, and logs of what went wrong.
        self.log = cluster.directory / "bootstrap.log"
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen([bootstrap], env=environment, stdout=log, stderr=log)

    def take_event(self) -> bytes:
        with self.changed:
            self.changed.wait_for(lambda: self.event is not None)
            event, self.event = self.event, None
            return event

    def give_answer(self, body: bytes) -> None:
        with self.changed:
            self.answer = body
            self.changed.notify_all()

    def load_file(self, file: DataFile) -> Run:
        return self.load(file.dataset.name, StoredFile(file.path, file.bytes))

    def load(self, dataset: str, content: StoredFile | Generated) -> Run:
        """Puts an object under a new key, sends its event, and waits for the report.

        The report is in `report` then.
        """
        number = next(self.numbers)
        key, tag = f"uploads/{dataset}/{number}.csv", f"{number:032x}"
        self.store.put(key, content, tag)
        item = {"key": key, "eTag": tag, "size": content.size, "sequencer": f"{number:016X}"}
        record = {
            "eventVersion": "2.1",
            "eventSource": "aws:s3",
            "eventName": "ObjectCreated:Put",
            "awsRegion": "us-east-1",
            "eventTime": "2026-01-01T00:00:00.000Z",
            "s3": {"bucket": {"name": "bench"}, "object": item},
        }
        cpu.forget_peak(self.process.pid)
        used = cpu.of_process(self.process.pid)
        with self.changed:
            self.answer, self.event = None, json.dumps({"Records": [record]}).encode()
            start = time.monotonic()
            self.changed.notify_all()
            # A bootstrap that ended, for a setting at fault say, will never answer.
            while not self.changed.wait_for(lambda: self.answer is not None, timeout=1):
                if self.process.poll() is not None:
                    log = self.log.read_text()[-2000:]
                    raise BenchFault(f"bootstrap ended with {self.process.returncode}:\n{log}")
        seconds = time.monotonic() - start
        used = cpu.of_process(self.process.pid) - used
        answer = json.loads(self.answer)
        if "loads" not in answer or answer["loads"][0]["status"] != "loaded":
            raise BenchFault(f"the load did not succeed: {str(answer)[:2000]}")
        self.report: dict = answer["loads"][0]
        return Run(seconds, used, cpu.peak_megabytes(self.process.pid))

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()
