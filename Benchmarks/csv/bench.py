#!/usr/bin/env python3
"""Loads large files by csv-load and by its peers; prints Markdown. Started by scripts/bench csv.

Medians of rounds in which all contenders take turns; runs that others disturbed are repeated.
"""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import json
import signal
import sys
from pathlib import Path

import again
import conversion
import loading
import memory
import report
import slow_peers
from dataset import HIRES, ORDERS, DataFile
from outcome import BenchFault, Outcome
from sample import ChildFault, Contender
from workshop import FULL, QUICK, Workshop

PARTS = ["convert", "load", "peers", "again", "memory"]


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/bench csv", description=__doc__.splitlines()[0])
    parser.add_argument(
        "--quick", action="store_true", help="small files, two rounds: a minute or two"
    )
    parser.add_argument("--rounds", type=int, help="how often everybody runs")
    parser.add_argument(
        "--only", nargs="+", choices=PARTS, default=PARTS, metavar="PART", help=", ".join(PARTS)
    )
    parser.add_argument("--bin", type=Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--floor", required=True, help=argparse.SUPPRESS)
    return parser.parse_args()


class Bench:
    """The parts in their order; what one comes to is printed at once, so that nothing is lost."""

    def __init__(self, shop: Workshop):
        self.shop = shop
        self.outcomes: list[Outcome] = []
        self.failed: list[str] = []

    def run(self, parts: list[str]) -> None:
        for part in PARTS:
            if part not in parts:
                continue
            try:
                outcome: Outcome = getattr(self, part)()
            except (BenchFault, ChildFault) as fault:
                self.failed.append(part)
                outcome = Outcome(f"### {part}\n\nFailed: {fault}\n")
            self.outcomes.append(outcome)
            print(outcome.text, flush=True)

    @property
    def pairs(self) -> list[tuple[DataFile, DataFile]]:
        """Both large files, each without and with bad records."""
        scale, make = self.shop.scale, self.shop.generator.file
        sizes = [(HIRES, scale.hires, "records"), (ORDERS, scale.orders_megabytes, "megabytes")]
        return [(make(*size), make(*size, bad=0.01)) for size in sizes]

    def convert(self) -> Outcome:
        return conversion.run(self.shop, [clean for clean, _ in self.pairs])

    def load(self) -> Outcome:
        return loading.run(self.shop, self.pairs)

    def peers(self) -> Outcome:
        make, count = self.shop.generator.file, self.shop.scale.slow_hires
        return slow_peers.run(self.shop, make(HIRES, count), make(HIRES, count, bad=0.01))

    def again(self) -> Outcome:
        return again.run(self.shop, self.shop.generator.file(HIRES, self.shop.scale.again_hires))

    def memory(self) -> Outcome:
        return memory.run(self.shop)

    def summary(self) -> str:
        targets = [target for outcome in self.outcomes for target in outcome.targets]
        conditions = report.conditions(self.shop, self.contenders)
        return f"### Targets\n\n{report.targets(targets)}\n\n{conditions}"

    @property
    def contenders(self) -> list[Contender]:
        return [one for outcome in self.outcomes for one in outcome.contenders]

    def keep(self, directory: Path) -> None:
        """Writes the report, and every sample of it for a closer look."""
        texts = [outcome.text for outcome in self.outcomes]
        (directory / "report.md").write_text("\n".join([*texts, self.summary()]))
        samples = [
            {"name": one.name, "samples": [dataclasses.asdict(sample) for sample in one.samples]}
            for one in self.contenders
        ]
        (directory / "samples.json").write_text(json.dumps(samples, indent=1))


def main() -> None:
    options = arguments()
    scale = QUICK if options.quick else FULL
    if options.rounds:
        scale = dataclasses.replace(scale, rounds=options.rounds)
    # A server left behind would hold gigabytes of memory.
    for ending in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, lambda *_: sys.exit(1))
    data = Path(".build/bench/csv").absolute()
    with contextlib.closing(Workshop(options.bin, options.floor, data, scale)) as shop:
        bench = Bench(shop)
        bench.run(options.only)
        bench.keep(data)
        print(bench.summary())
    sys.exit(1 if bench.failed else 0)


main()
