"""The tables as Markdown, and the conditions they were measured under."""

from __future__ import annotations

import datetime
import importlib.metadata
import platform
import re
import subprocess

from outcome import Target
from sample import Contender
from workshop import Workshop


def table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] + ["---:"] * (len(head) - 1), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def seconds(value: float) -> str:
    return f"{value:.2f} s"


def marked(contender: Contender) -> str:
    """The name, with a star for each of its rounds in which others used the processors."""
    return (
        contender.name + " " + "\\*" * contender.disturbed
        if contender.disturbed
        else contender.name
    )


def spread(contender: Contender) -> str:
    walls = [sample.wall for sample in contender.samples]
    return f"{min(walls):.2f} to {max(walls):.2f}"


def timed(
    contenders: list[Contender], base: Contender, bytes_read: int, with_wal: bool = False
) -> str:
    """Wall time, its ratio to somebody's, and where the time went."""
    head = ["", "time", "ratio", "MB/s", "range", "client CPU", "server CPU", "client memory"]
    rows = []
    for one in contenders:
        row = [
            marked(one),
            seconds(one.median()),
            f"{one.median() / base.median():.2f}",
            f"{bytes_read / 1e6 / one.median():.3g}",
            spread(one),
            seconds(one.median(lambda s: s.client)),
            seconds(one.median(lambda s: s.server)),
            f"{max(s.peak_megabytes for s in one.samples)} MB",
        ]
        if with_wal:
            row.append(f"{one.median(lambda s: s.wal) / 1e6:.2f} MB")
        rows.append(row)
    return table(head + ["WAL"] * with_wal, rows)


def missing(names: list[str]) -> str:
    return "".join(f"\nNot measured, for it could not be installed: {name}.\n" for name in names)


def targets(held: list[Target]) -> str:
    rows = [
        [
            one.what,
            f"{one.measured:.2f} {one.unit}",
            f"{one.limit:g} {one.unit}",
            "met" if one.is_met else "MISSED",
        ]
        for one in held
    ]
    return table(["target", "measured", "at most", ""], rows)


def conditions(shop: Workshop, others: list[Contender]) -> str:
    with open("/proc/cpuinfo") as file:
        model = re.search(r"model name\s*: (.*)", file.read())[1]
    processors = subprocess.run(["nproc"], capture_output=True, text=True).stdout.strip()
    with open("/proc/meminfo") as file:
        memory = int(file.readline().split()[1]) / 2**20
    versions = [f"PostgreSQL {shop.cluster.version[0]}.{shop.cluster.version[1]}"]
    for peer in ("psycopg", "duckdb", "pandas"):
        if shop.has(peer):
            versions.append(f"{peer} {importlib.metadata.version(peer)}")
    if shop.has("pgloader"):
        found = re.search(
            r'version "([^"]+)"',
            subprocess.run(["pgloader", "--version"], capture_output=True, text=True).stdout,
        )
        versions.append(f"pgloader {found[1] if found else ''}")
    samples = [sample for one in others for sample in one.samples]
    disturbed = sum(sample.is_disturbed for sample in samples)
    foreign = 100 * sum(s.foreign for s in samples) / max(0.001, sum(s.wall for s in samples))
    return (
        f"Measured on {datetime.date.today()}: {processors} processors ({model}), {memory:.0f} GB,"
        f" Linux {platform.release()}, {', '.join(versions)}. Client and server share the machine"
        " and talk over a Unix socket; the server's data is in memory (/dev/shm), shared_buffers"
        " 2 GB, autovacuum off, wal_level replica, fsync on, no page checksums, WAL segments made"
        f" before. Medians of {shop.scale.rounds} rounds, in which all take turns. Others used"
        f" {foreign:.1f} % of one processor meanwhile; {disturbed} of {len(samples)} runs were"
        " disturbed by them (\\*)."
    )
