#!/usr/bin/env python3
"""Times the handler `api` against bare libpq in C and against FastAPI; prints Markdown.

Started by scripts/bench api. Medians of rounds in which all take turns, every other one backwards.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import re
import statistics
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
# The server of the loads' benchmark.
sys.path.append(str(HERE.parent / "csv"))

import report
import statements
from cases import CASES, FIRST_CHUNK, ROWS, Case
from cluster import Cluster
from contenders import Bare, Function, Load, Server
from environment import Environment

PARTS = ["warm", "cold", "pages"]
LIMIT = 1.3


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/bench api", description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--count", type=int, default=1000, help="requests of a case in a round")
    parser.add_argument("--hires", type=int, default=2000, help="rows of the table that is read")
    parser.add_argument("--rows", type=int, default=2_000_000, help="of the table of deep pages")
    parser.add_argument("--quick", action="store_true", help="two rounds of 200, 200,000 rows")
    parser.add_argument(
        "--only", nargs="+", choices=PARTS, default=PARTS, metavar="PART", help=", ".join(PARTS)
    )
    for name in ("bootstrap", "sluice", "package", "out", "uvicorn"):
        parser.add_argument(f"--{name}", type=Path, required=True, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.quick:
        options.rounds, options.count, options.rows = 2, 200, 200_000
    return options


class Bench:
    def __init__(self, options: argparse.Namespace, cluster: Cluster):
        self.options = options
        self.cluster = cluster
        self.directory = (options.out / "api").absolute()
        self.directory.mkdir(parents=True, exist_ok=True)
        self.warm_load = self.load(options.count, 200)
        self.targets: list[tuple[str, float, float]] = []

    def load(self, count: int, warmup: int) -> Load:
        return Load(self.options.out / "apibench", self.directory, count, warmup)

    def variables(self, database: str) -> dict[str, str]:
        return {
            "_HANDLER": "api",
            "DATABASE_URL": self.cluster.url(database),
            "SLUICE_DATAPACKAGE": str(self.options.package),
            "API_ACCESS": "open-reads",
            "AWS_REGION": "us-east-1",
            "AWS_LAMBDA_LOG_LEVEL": "ERROR",
        }

    def function(self, database: str = "bench") -> Function:
        return Function(
            "sluice", "Sluice", [str(self.options.bootstrap)], self.variables(database)
        )

    def fill(self, database: str, files: list[tuple[str, Path]]) -> None:
        """Loads files as csv-load does, and leaves the tables as autovacuum would."""
        for table, path in files:
            command = [self.options.sluice, "load", "--package", self.options.package]
            command += ["--database", self.cluster.url(database), "--dataset", table, path]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        with self.cluster.connect(database) as connection:
            connection.execute("VACUUM (ANALYZE)")

    def generate(self, *arguments: str | Path) -> None:
        subprocess.run(
            [self.options.sluice, "generate", *arguments], check=True, stdout=subprocess.DEVNULL
        )

    def prepare(self) -> None:
        samples = self.directory / "samples"
        samples.mkdir(exist_ok=True)
        self.generate("--hires", str(self.options.hires), "--incomplete", "0", samples)
        tables = ["departments", "jobs", "hired_employees", "people"]
        self.fill("bench", [(table, samples / f"{table}.csv") for table in tables])
        log = self.cluster.directory / "data/log/statements.csv"
        self.cluster.execute("ALTER DATABASE bench SET log_statement = 'all'")
        with contextlib.closing(Stopping(self.options.bootstrap, self.variables("bench"))) as ours:
            sent = [(case, statements.captured(ours.environment, log, case)) for case in CASES]
        self.cluster.execute("ALTER DATABASE bench RESET log_statement")
        floor_file = self.directory / "statements"
        floor_file.write_bytes(statements.floor_file(sent))
        app_file = self.directory / "statements.json"
        app_file.write_text(json.dumps({c.name: statements.query(all).sql for c, all in sent}))

        floor = [str(self.options.out / "api-floor"), str(floor_file)]
        variables = {**os.environ, **self.cluster.environment}
        self.fastapi = Server(
            "fastapi", "FastAPI", self.options.uvicorn.absolute(),
            {**variables, "BENCH_STATEMENTS": str(app_file)},
        )
        self.floor = Function("alone", "C, the query", [*floor, "alone"], variables)
        self.contenders = [
            Bare("bare", "C, the query, no front", floor, variables),
            self.floor,
            Function(
                "transaction", "C, the transaction", [*floor, "transaction"], variables
            ),
            self.function(),
            self.fastapi,
        ]

    def in_turns(self, contenders: list, once) -> dict[str, list]:
        results: dict[str, list] = {one.name: [] for one in contenders}
        for number in range(self.options.rounds):
            for one in contenders if number % 2 == 0 else reversed(contenders):
                results[one.name].append(once(one))
        return results

    def warm(self) -> str:
        rounds = self.in_turns(self.contenders, lambda one: one.round(self.warm_load, CASES))
        self.check_bodies()
        titles = {one.name: one.title for one in self.contenders}
        base = "transaction"
        p50 = report.compared(
            rounds, titles, CASES, base, lambda t: t.p50, report.microseconds)
        p99 = report.compared(
            rounds, titles, CASES, base, lambda t: t.p99, report.microseconds)
        rate = report.compared(
            rounds, titles, CASES, base, lambda t: 1e6 / t.cycle, lambda value: f"{value:.0f}/s")
        for case in CASES:
            ours, floor, query = (
                report.median(rounds[name], case.name, lambda t: t.p50)
                for name in ("sluice", "transaction", "alone"))
            self.targets.append((f"{case.title}, × the transaction in C", ours / floor, LIMIT))
            self.targets.append((f"{case.title}, × the query alone in C", ours / query, LIMIT))
        memory = ", ".join(
            f"{titles[name]} {max(one['memory'].p50 for one in rounds[name]) / 1024:.0f} MB"
            for name in ("transaction", "sluice", "fastapi"))
        return (
            f"### Warm, {self.options.hires} hires\n\np50:\n\n{p50}\n\np99:\n\n{p99}\n\n"
            f"Requests a second, one at a time:\n\n{rate}\n\nPeak memory: {memory}.")

    def check_bodies(self) -> None:
        """Everybody has to have answered the same rows."""
        for case in CASES:
            bodies = {
                one.name: json.loads((self.directory / f"{case.name}.{one.name}").read_bytes())
                for one in self.contenders[1:]
            }
            bodies["sluice"] = json.loads(bodies["sluice"]["body"])
            for name, body in bodies.items():
                if not body or body != bodies["sluice"]:
                    raise SystemExit(f"{case.name}: {name} answered other rows than sluice")

    def cold(self) -> str:
        contenders = [self.floor, self.function(), self.fastapi]
        load = self.load(5, 0)
        rounds = self.in_turns(
            contenders, lambda one: statistics.median(one.cold(load, FIRST_CHUNK)))
        floor = statistics.median(rounds[self.floor.name])
        rows = []
        for one in contenders:
            value = statistics.median(rounds[one.name])
            rows.append([one.title, f"{value / 1000:.1f} ms", f"{value / floor:.2f} ×"])
        return "### Cold, exec to the first rows of `/read/first-chunk`\n\n" + report.table(
            ["", "median", "ratio"], rows)

    def pages(self) -> str:
        depth = self.options.rows // 2
        path = self.directory / "hires.csv"
        self.generate("--large", "hires", "--records", str(self.options.rows), path)
        self.cluster.execute("CREATE DATABASE deep")
        self.fill("deep", [("hired_employees", path)])
        path.unlink()
        first = Case("one", "page one", ROWS, "limit=100")
        deep = Case("deep", f"after row {depth:,}", ROWS, f"limit=100&cursor={self.cursor(depth)}")
        ours = self.function("deep")
        cases = [(first, deep), (deep, first)]
        rounds = [
            ours.round(self.warm_load, list(cases[number % 2]))
            for number in range(self.options.rounds)
        ]
        rows = []
        times = {}
        for case in (first, deep):
            p50, p99 = (
                report.median(rounds, case.name, part)
                for part in (lambda t: t.p50, lambda t: t.p99))
            times[case.name] = p50
            rows.append([case.title, report.microseconds(p50), report.microseconds(p99)])
        self.targets.append((
            f"a page after row {depth:,}, × page one", times["deep"] / times["one"], 1.1))
        return f"### Pages of 100 of {self.options.rows:,} rows\n\n" + report.table(
            ["", "p50", "p99"], rows)

    def cursor(self, depth: int) -> str:
        """The cursor after so many rows, got as callers get it: by the links from page to page."""
        with contextlib.closing(Stopping(self.options.bootstrap, self.variables("deep"))) as ours:
            query = "limit=1000"
            for _ in range(depth // 1000):
                answer = ours.environment.ask(Case("walk", "", ROWS, query))
                found = re.search(r"cursor=([^&>]+)", answer["headers"]["link"])
                query = f"limit=1000&cursor={found[1]}"
        return found[1]


class Stopping:
    """An environment that is stopped when it is closed."""

    def __init__(self, bootstrap: Path, variables: dict[str, str]):
        self.environment = Environment(bootstrap, variables)

    def close(self) -> None:
        self.environment.stop()


def main() -> None:
    options = arguments()
    directory = Path(f"/dev/shm/sluice-api-bench-{os.getpid()}")
    with contextlib.ExitStack() as ends:
        cluster = Cluster(directory, {"shared_buffers": "512MB", **statements.SETTINGS})
        ends.callback(cluster.stop)
        bench = Bench(options, cluster)
        bench.prepare()
        for part in PARTS:
            if part in options.only:
                print(getattr(bench, part)() + "\n", flush=True)
        if bench.targets:
            print(f"### Targets\n\n{report.targets(bench.targets)}")


main()
