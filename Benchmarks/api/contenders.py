"""Who answers, and how each is started and timed."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from cases import Case

HERE = Path(__file__).parent
PATIENCE = 30


@dataclass(frozen=True)
class Timing:
    """Of one case in one round; microseconds."""

    p50: float
    p99: float
    cycle: float


Round = dict[str, Timing]


def _timings(output: str) -> Round:
    lines = [line.split() for line in output.splitlines()]
    return {name: Timing(*(float(value) for value in values)) for name, *values in lines}


@dataclass(frozen=True)
class Load:
    """How often everything is asked, and where requests and answers lie."""

    driver: Path
    directory: Path
    count: int
    warmup: int

    def run(self, kind: str, requests: list[str], command: list[str], variables: dict) -> str:
        cold = kind == "cold"
        counts = [str(self.count), "0" if cold else str(self.warmup)]
        arguments = [self.driver, kind, *counts, *requests, "--", *command]
        done = subprocess.run(arguments, env=variables, stdout=subprocess.PIPE, text=True)
        if done.returncode != 0:
            raise SystemExit(f"apibench {kind} ended with {done.returncode}: {command[0]}")
        return done.stdout

    def files(self, cases: list[Case], kind: str, who: str) -> list[str]:
        """The requests as files, each with the file that its first answer goes to."""
        found = []
        for case in cases:
            path = self.directory / f"{case.name}.{kind}"
            path.write_bytes(case.event if kind == "lambda" else case.request)
            found.append(f"{case.name}={path}={self.directory / f'{case.name}.{who}'}")
        return found


@dataclass(frozen=True)
class Bare:
    """The round trip to the server and back, in C without any front."""

    name: str
    title: str
    command: list[str]
    variables: dict[str, str]

    def round(self, load: Load, cases: list[Case]) -> Round:
        command = [*self.command, "bare", str(load.count), str(load.warmup)]
        return _timings(
            subprocess.run(
                command, env=self.variables, check=True, stdout=subprocess.PIPE, text=True
            ).stdout
        )


@dataclass(frozen=True)
class Function:
    """A program that takes its events from a Runtime API."""

    name: str
    title: str
    command: list[str]
    variables: dict[str, str]

    def round(self, load: Load, cases: list[Case]) -> Round:
        requests = load.files(cases, "lambda", self.name)
        return _timings(load.run("lambda", requests, self.command, self.variables))

    def cold(self, load: Load, case: Case) -> list[float]:
        requests = load.files([case], "lambda", self.name)
        output = load.run("cold", requests, self.command, self.variables)
        return [float(line) for line in output.splitlines()]


@dataclass(frozen=True)
class Server:
    """uvicorn with one worker, asked by HTTP over a connection that is kept."""

    name: str
    title: str
    uvicorn: Path
    variables: dict[str, str]

    def _start(self) -> tuple[subprocess.Popen, int]:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        command = [str(self.uvicorn), "app:app", "--app-dir", str(HERE), "--port", str(port)]
        command += ["--loop", "uvloop", "--http", "httptools", "--no-access-log"]
        command += ["--log-level", "error"]
        return subprocess.Popen(command, env=self.variables), port

    @staticmethod
    def _connected(process: subprocess.Popen, port: int) -> socket.socket:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end and process.poll() is None:
            try:
                return socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
            except ConnectionRefusedError:
                time.sleep(0.001)
        raise SystemExit("uvicorn does not answer")

    @staticmethod
    def _stop(process: subprocess.Popen) -> None:
        process.kill()
        process.wait()

    def round(self, load: Load, cases: list[Case]) -> Round:
        process, port = self._start()
        try:
            self._connected(process, port).close()
            requests = load.files(cases, "http", self.name)
            timings = _timings(load.run("http", requests, [str(port)], dict(os.environ)))
            with open(f"/proc/{process.pid}/status") as file:
                peak = next(line for line in file if line.startswith("VmHWM:"))
            return {**timings, "memory": Timing(float(peak.split()[1]), 0, 0)}
        finally:
            self._stop(process)

    def cold(self, load: Load, case: Case) -> list[float]:
        times = []
        for _ in range(load.count):
            begin = time.monotonic()
            process, port = self._start()
            try:
                with self._connected(process, port) as peer:
                    peer.sendall(case.request.replace(b"\r\n\r\n", b"\r\nconnection: close\r\n\r\n"))
                    received = b""
                    while piece := peer.recv(65536):
                        received += piece
                if b" 200 " not in received[:20]:
                    raise SystemExit(f"FastAPI answered {received[:500]!r}")
                times.append((time.monotonic() - begin) * 1e6)
            finally:
                self._stop(process)
        return times
