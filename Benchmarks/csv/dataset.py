"""The two datasets, and generated files of them."""

from __future__ import annotations

import csv
import re
import subprocess
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path


@dataclass(frozen=True)
class Dataset:
    name: str
    # The columns with their types: as floor.c names them, with a '?' where they may be absent.
    columns: tuple[tuple[str, str], ...]

    @property
    def floor_schema(self) -> str:
        return ",".join(kind for _, kind in self.columns)

    @property
    def names(self) -> list[str]:
        return [name for name, _ in self.columns]


def _columns(words: str) -> tuple[tuple[str, str], ...]:
    return tuple(tuple(word.split(":")) for word in words.split())


HIRES = Dataset("hires", _columns("id:key name:text datetime:time department_id:key job_id:key"))
ORDERS = Dataset(
    "orders",
    _columns("""
        id:key reference:uuid customer:text street:text city:text country:text email:text?
        phone:text? placed_at:time shipped_on:date? status:text category:text total:number
        tax:number quantity:count latitude:number longitude:number is_gift:flag tags:text?
        note:text?
        """),
)


@dataclass(frozen=True)
class DataFile:
    """A generated file with what is known of it."""

    dataset: Dataset
    path: Path
    records: int
    bad: int
    bytes: int

    @property
    def title(self) -> str:
        count = (
            f"{self.records / 1e6:.3g} M" if self.records >= 1e6 else f"{self.records // 1000} k"
        )
        return f"{count} {self.dataset.name} ({self.bytes / 1e6:.0f} MB)"

    @cached_property
    def truth(self) -> set[tuple[int, int, int]]:
        """Record, line and byte offset of every bad record."""
        with open(f"{self.path}.truth") as file:
            return {
                (int(row["record"]), int(row["line"]), int(row["byte_offset"]))
                for row in csv.DictReader(file)
            }


TOTALS = re.compile(r"(\d+) records, (\d+) of them bad, (\d+) bytes")


class Generator:
    """`sluice generate`."""

    def __init__(self, sluice: str, directory: Path):
        self.sluice, self.directory = sluice, directory
        directory.mkdir(parents=True, exist_ok=True)

    def command(self, dataset: Dataset, *options: str) -> list[str]:
        return [self.sluice, "generate", "--large", dataset.name, *options]

    def totals(self, command: list[str]) -> tuple[int, int, int]:
        """Runs it with the file thrown away: how many records, bad ones and bytes there are."""
        done = subprocess.run(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=True, text=True
        )
        return tuple(map(int, TOTALS.search(done.stderr).groups()))

    def file(self, dataset: Dataset, size: int, unit: str = "records", bad: float = 0) -> DataFile:
        """Makes a file of so many records or megabytes."""
        path = self.directory / f"{dataset.name}-{size}-{unit}{'-bad' if bad else ''}.csv"
        command = self.command(
            dataset,
            f"--{unit}",
            str(size),
            "--bad",
            str(bad),
            "--truth",
            f"{path}.truth",
            str(path),
        )
        return DataFile(dataset, path, *self.totals(command))
