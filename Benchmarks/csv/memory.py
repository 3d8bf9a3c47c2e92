"""Part `memory`: the peak memory of `bootstrap` against the size of the file."""

from __future__ import annotations

import os
from pathlib import Path

import report
from cluster import Cluster
from dataset import HIRES
from outcome import BenchFault, Outcome, Target
from loader import Loader
from store import Generated
from workshop import PACKAGE, Workshop

BAR = 40
# What a bar of full length stands for, and what no load should need.
LIMIT_MEGABYTES = 32


def run(shop: Workshop) -> Outcome:
    """The files are generated while they are read; none is kept."""
    # On the disk: the largest table has no room beside the other server's in memory.
    settings = {
        "fsync": "off",
        "full_page_writes": "off",
        "wal_level": "minimal",
        "max_wal_senders": "0",
    }
    cluster = Cluster(Path(f"/var/tmp/sluice-bench-{os.getpid()}"), settings)
    loader = Loader(str(shop.programs / "bootstrap"), PACKAGE, cluster)
    rows, bars, peak = [], [], 0
    try:
        for megabytes in shop.scale.memory_megabytes:
            command = shop.generator.command(HIRES, "--megabytes", str(megabytes), "-")
            records, _, size = shop.generator.totals(command)
            load = loader.load(HIRES.name, Generated(command, size))
            if loader.report["inserted"] != records:
                raise BenchFault(f"not all was inserted: {loader.report}")
            cluster.execute("TRUNCATE hires", "CHECKPOINT")
            rows.append(
                [
                    f"{size / 1e6:.0f} MB",
                    f"{records}",
                    f"{load.peak_megabytes} MB",
                    report.seconds(load.wall),
                ]
            )
            peak = max(peak, load.peak_megabytes)
            bar = "█" * round(BAR * load.peak_megabytes / LIMIT_MEGABYTES)
            bars.append(f"{size / 1e6:6.0f} MB  {bar} {load.peak_megabytes} MB")
    finally:
        loader.stop()
        cluster.stop()
    head = ["file", "records", "peak memory of `bootstrap`", "time, server on disk"]
    curve = "\n".join(bars)
    return Outcome(
        f"### Memory\n\n{report.table(head, rows)}\n\n```\n{curve}\n```\n",
        targets=[Target("peak memory of the curve", peak, LIMIT_MEGABYTES, "MB")],
    )
