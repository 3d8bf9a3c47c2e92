"""What a run took, and rounds of runs that take turns."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from typing import Callable

import cpu
from cluster import Cluster

# Above this share of one processor, what others used makes a run a disturbed one.
DISTURBED = 0.10


class ChildFault(Exception):
    """A program that failed."""


@dataclass
class Child:
    """A program that ran to its end."""

    status: int
    output: str
    seconds: float
    cpu: float
    peak_megabytes: int

    @staticmethod
    def run(command: list[str], environment: dict[str, str] | None = None) -> Child:
        start = time.monotonic()
        process = subprocess.Popen(
            command,
            env={**os.environ, **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        peaks = [0]
        ended = threading.Event()
        watch = threading.Thread(target=_watch, args=(process.pid, peaks, ended))
        watch.start()
        output = process.stdout.read().decode(errors="replace")
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - start
        ended.set()
        watch.join()
        process.returncode = os.waitstatus_to_exitcode(status)
        return Child(process.returncode, output, seconds, usage.ru_utime + usage.ru_stime, peaks[0])

    def checked(self) -> Child:
        if self.status:
            raise ChildFault(f"the program failed with {self.status}: {self.output[-2000:]}")
        return self


def _watch(pid: int, peaks: list[int], ended: threading.Event) -> None:
    """Looks at a program's peak of memory until it ends: what wait4 tells is at least our own."""
    while not ended.wait(0.02):
        try:
            peaks[0] = max(peaks[0], cpu.peak_megabytes(pid))
        except (FileNotFoundError, ProcessLookupError):
            return


@dataclass
class Run:
    """What a client tells of its run."""

    wall: float
    cpu: float
    peak_megabytes: int
    # CPU that is none of others', but not counted either, such as the start of an interpreter.
    beside: float = 0

    @staticmethod
    def of(child: Child) -> Run:
        child.checked()
        return Run(child.seconds, child.cpu, child.peak_megabytes)


@dataclass
class Sample:
    """One run: seconds of wall time and of CPU, memory, and the WAL it wrote."""

    wall: float
    client: float
    server: float = 0
    foreign: float = 0
    peak_megabytes: int = 0
    wal: int = 0

    @property
    def is_disturbed(self) -> bool:
        return self.foreign > DISTURBED * self.wall


@dataclass
class Contender:
    """Somebody who does a job."""

    name: str
    run: Callable[[], Run]
    prepare: Callable[[], None] = lambda: None
    # Called after each run with the number of the round; looks whether all is as it should be.
    check: Callable[[int], None] = lambda number: None
    samples: list[Sample] = field(default_factory=list)

    def median(self, of: Callable[[Sample], float] = lambda sample: sample.wall) -> float:
        return statistics.median(of(sample) for sample in self.samples)

    @property
    def disturbed(self) -> int:
        return sum(sample.is_disturbed for sample in self.samples)


def measure(contender: Contender, cluster: Cluster | None) -> Sample:
    contender.prepare()
    wal = cluster.wal_position() if cluster else 0
    server = cluster.cpu() if cluster else 0
    machine, own = cpu.of_machine(), cpu.of_self()
    run = contender.run()
    # The harness plays S3 and Lambda: its own time is nobody's fault.
    others = cpu.of_machine() - machine - (cpu.of_self() - own) - run.cpu - run.beside
    server = cluster.cpu() - server if cluster else 0
    wal = cluster.wal_position() - wal if cluster else 0
    return Sample(run.wall, run.cpu, server, max(0.0, others - server), run.peak_megabytes, wal)


def take_turns(
    contenders: list[Contender], rounds: int, cluster: Cluster | None, repeats: int, title: str
) -> None:
    """Runs everybody once a round.

    A disturbed run is repeated, as often as told; the one that was disturbed least counts.
    """
    for number in range(rounds):
        for contender in contenders:
            tries: list[Sample] = []
            while not tries or (tries[-1].is_disturbed and len(tries) <= repeats):
                sample = measure(contender, cluster)
                contender.check(number)
                tries.append(sample)
                print(
                    f"  {title} {number + 1}/{rounds} {contender.name}: {sample.wall:.2f} s, client"
                    f" {sample.client:.2f}, server {sample.server:.2f},"
                    f" others {sample.foreign:.2f}",
                    file=sys.stderr,
                    flush=True,
                )
            contender.samples.append(min(tries, key=lambda one: one.foreign / one.wall))
