"""A Runtime API in Python: invokes a handler by hand, for what is not timed."""

from __future__ import annotations

import http.server
import json
import queue
import subprocess
import threading
from pathlib import Path

from cases import Case


class Environment:
    """One process of `bootstrap`, and what it answers."""

    def __init__(self, bootstrap: Path, variables: dict[str, str]):
        self.events: queue.Queue[bytes] = queue.Queue()
        self.answers: queue.Queue[bytes] = queue.Queue()
        environment = self

        class RuntimeAPI(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_GET(self):
                event = environment.events.get()
                self.send_response(200)
                self.send_header("Lambda-Runtime-Aws-Request-Id", "bench")
                self.send_header("Lambda-Runtime-Deadline-Ms", "4102444800000")
                self.send_header("Content-Length", str(len(event)))
                self.end_headers()
                self.wfile.write(event)

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(202)
                self.send_header("Content-Length", "0")
                self.end_headers()
                environment.answers.put(body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), RuntimeAPI)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.process = subprocess.Popen(
            [bootstrap],
            env={**variables, "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{self.server.server_port}"},
        )

    def ask(self, case: Case) -> dict:
        """The answer as the gateway gets it."""
        self.events.put(case.event)
        answer = json.loads(self.answers.get(timeout=60))
        if answer.get("statusCode") != 200:
            raise SystemExit(f"{case.path}?{case.query}: {str(answer)[:1000]}")
        return answer

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()
        self.server.shutdown()
