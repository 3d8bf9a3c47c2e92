"""Part `convert`: a file is parsed, checked and converted, and the rows are thrown away."""

from __future__ import annotations

import os

import report
from dataset import DataFile
from outcome import BenchFault, Outcome, Target
from sample import Child, Contender, Run, take_turns
from workshop import PACKAGE, Workshop


def run(shop: Workshop, files: list[DataFile]) -> Outcome:
    outcome = Outcome(
        "### Parse, validate and convert\n\nNo database; seconds of CPU on one thread.\n"
    )
    for file in files:
        contenders = _contenders(shop, file)
        take_turns(
            contenders, shop.scale.rounds, None, shop.scale.repeats, f"convert {file.dataset.name}"
        )
        outcome.contenders += contenders
        base = contenders[0].median(lambda sample: sample.client)
        rows = []
        for one in contenders:
            used = one.median(lambda sample: sample.client)
            peak = max(sample.peak_megabytes for sample in one.samples)
            rows.append(
                [
                    report.marked(one),
                    report.seconds(used),
                    f"{used / base:.2f}",
                    f"{file.bytes / 1e6 / used:.0f}",
                    f"{peak} MB",
                ]
            )
        outcome.text += f"\n{report.table([file.title, 'CPU', 'ratio', 'MB/s', 'memory'], rows)}\n"
        ours = contenders[1].median(lambda sample: sample.client)
        outcome.targets.append(Target(f"conversion of {file.title}, against C", ours / base, 1.3))
        if shop.has("duckdb"):
            duckdb = contenders[2].median(lambda sample: sample.client)
            outcome.targets.append(
                Target(f"conversion of {file.title}, against DuckDB", ours / duckdb, 1.0)
            )
        else:
            outcome.text += report.missing(["DuckDB"])
    return outcome


def _contenders(shop: Workshop, file: DataFile) -> list[Contender]:
    def floor() -> Run:
        child = shop.by_floor(file)
        _expect(child, f"good {file.records}")
        return Run.of(child)

    def ours() -> Run:
        os.environ["SLUICE_DATAPACKAGE"] = PACKAGE
        # The key names the dataset, so the file goes by the dataset's name.
        named = shop.data / "convert" / f"{file.dataset.name}.csv"
        named.parent.mkdir(exist_ok=True)
        named.unlink(missing_ok=True)
        named.symlink_to(file.path)
        child = Child.run([str(shop.programs / "CSVBench"), "convert", str(named)])
        _expect(child, f"accepted {file.records}")
        return Run.of(child)

    def duckdb() -> Run:
        child = shop.by_duckdb(file).checked()
        query = float(child.output.split()[-1])
        return Run(child.seconds, query, child.peak_megabytes, child.cpu - query)

    contenders = [Contender("one thread of C", floor), Contender("csv-load's own code", ours)]
    if shop.has("duckdb"):
        contenders.append(Contender("DuckDB, one thread, typed", duckdb))
    return contenders


def _expect(child: Child, words: str) -> None:
    if words not in child.checked().output:
        raise BenchFault(f"expected {words}: {child.output}")
