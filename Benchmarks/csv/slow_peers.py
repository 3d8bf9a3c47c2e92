"""Part `peers`: programs that take longer, on fewer hires; and what each makes of bad records."""

from __future__ import annotations

import report
from dataset import DataFile
from outcome import BenchFault, Outcome
from sample import Contender, Run, take_turns
from workshop import Workshop


def run(shop: Workshop, clean: DataFile, bad: DataFile) -> Outcome:
    shop.prepare()
    contenders = _contenders(shop, clean)
    take_turns(contenders, shop.scale.rounds, shop.cluster, shop.scale.repeats, "peers")
    times = report.timed(contenders, contenders[0], clean.bytes)
    text = f"### Other ways to load\n\n{clean.title}:\n\n{times}\n"
    text += report.missing(
        [name for name in ("psycopg", "pgloader", "pandas") if not shop.has(name)]
    )
    text += f"\nWhat becomes of {bad.title} with {bad.bad} bad records:\n\n"
    rows = [
        [name, *[f"{value}" for value in result]] for name, result in _on_bad(shop, bad).items()
    ]
    head = ["", "exit status", "good records lost", "bad records taken", "bad records named"]
    return Outcome(text + report.table(head, rows) + "\n", contenders)


def _contenders(shop: Workshop, clean: DataFile) -> list[Contender]:
    jobs = {"psql": ("`psql \\copy`", shop.copy_csv)}
    if shop.has("psycopg"):
        jobs["psycopg"] = "psycopg, checked in Python, COPY BINARY", _psycopg(shop)
    if shop.has("pgloader"):
        jobs["pgloader"] = "pgloader", shop.by_pgloader
    if shop.has("pandas"):
        jobs["pandas"] = "pandas `to_sql`", _pandas(shop)

    def contender(owner: str, name: str, job) -> Contender:
        table = shop.table(clean.dataset, owner)

        def check(number: int) -> None:
            count = shop.cluster.value(f"SELECT count(*) FROM {table}")
            if count != clean.records:
                raise BenchFault(f"{name} loaded {count} of {clean.records} records")

        return Contender(name, lambda: Run.of(job(clean, table)), lambda: shop.empty(table), check)

    own = clean.dataset.name
    ours = Contender("**csv-load**", lambda: shop.loader.load_file(clean), lambda: shop.empty(own))
    return [contender(owner, *job) for owner, job in jobs.items()] + [ours]


def _psycopg(shop: Workshop, *options: str):
    return lambda file, table: shop.by_peer(
        "psycopg_copy.py", shop.cluster.url(), table, str(file.path), *options
    )


def _pandas(shop: Workshop):
    return lambda file, table: shop.by_peer(
        "pandas_to_sql.py", shop.cluster.url(), table, str(file.path)
    )


def _on_bad(shop: Workshop, bad: DataFile) -> dict[str, tuple]:
    """Exit status, good records lost, bad records taken, bad ones named, for everybody."""
    refused = {record for record, _, _ in bad.truth}
    # The id of a good record is its number.
    good = set(range(1, bad.records + 1)) - refused
    listed = shop.data / "listed"
    table = shop.table(bad.dataset, "bad")
    results: dict[str, tuple] = {}

    def judge(name: str, status: int, table: str, named: str) -> None:
        loaded = {ident for (ident,) in shop.cluster.rows(f"SELECT id FROM {table}")}
        results[name] = status, len(good - loaded), len(loaded - good), named
        shop.empty(table)

    def told(numbers: set[int]) -> str:
        wrongly = len(numbers - refused)
        return f"{len(numbers & refused)}" + (f", {wrongly} good ones" if wrongly else "")

    def told_in_list(status: int) -> str:
        return told(set(map(int, listed.read_text().split()))) if status == 0 else "none"

    judge("`psql \\copy`", shop.copy_csv(bad, table).status, table, "the first")
    if shop.has("psycopg"):
        status = _psycopg(shop, str(listed))(bad, table).status
        judge("psycopg, checked in Python", status, table, told_in_list(status))
    if shop.has("pgloader"):
        judge("pgloader", shop.by_pgloader(bad, table).status, table, "without their line")
    if shop.has("duckdb"):
        status = shop.by_duckdb(bad, str(listed)).status
        results["DuckDB, its table of rejects"] = status, "", "", told_in_list(status)
    shop.empty(bad.dataset.name, "sluice.rejects")
    shop.loader.load_file(bad)
    ours = {record for (record,) in shop.cluster.rows("SELECT record FROM sluice.rejects")}
    judge("**csv-load**", 0, bad.dataset.name, told(ours))
    shop.empty("sluice.rejects")
    return results
