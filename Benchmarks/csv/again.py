"""Part `again`: a file whose every row is in the table already."""

from __future__ import annotations

import report
from dataset import DataFile
from outcome import BenchFault, Outcome, Target
from sample import Contender, Run, take_turns
from workshop import Workshop


def run(shop: Workshop, file: DataFile) -> Outcome:
    shop.prepare()
    names = file.dataset.names
    ready = shop.data / "ready.copy"
    shop.by_floor(file, "--output", str(ready)).checked()
    own, same = file.dataset.name, shop.table(file.dataset, "again")
    shop.empty(own)
    shop.loader.load_file(file)
    shop.cluster.execute(
        f"INSERT INTO {same} SELECT * FROM {own}",
        f"VACUUM ANALYZE {own}",
        f"VACUUM ANALYZE {same}",
        "CHECKPOINT",
    )
    others = [name for name in names if name != "id"]
    setting = ", ".join(f"{name} = s.{name}" for name in others)
    columns = ", ".join(names)
    differ = f"({', '.join(f't.{name}' for name in others)}) IS DISTINCT FROM"
    staged = (
        "BEGIN;\nCREATE TEMPORARY TABLE s ON COMMIT DROP AS"
        f" SELECT {columns} FROM {same} LIMIT 0;\n"
        f"\\copy s from '{ready}' (format binary)\n"
    )
    merge = (
        f"LOCK TABLE {same} IN SHARE ROW EXCLUSIVE MODE;\n"
        f"UPDATE {same} t SET {setting} FROM s WHERE t.id = s.id"
        f" AND {differ} ({', '.join(f's.{name}' for name in others)});\n"
        f"INSERT INTO {same} ({columns}) SELECT {columns} FROM s"
        f" WHERE NOT EXISTS (SELECT 1 FROM {same} t WHERE t.id = s.id);\n"
    )
    conflict = (
        f"INSERT INTO {same} AS t ({columns}) SELECT {columns} FROM s"
        f" ON CONFLICT (id) DO UPDATE SET"
        f" {', '.join(f'{name} = excluded.{name}' for name in others)}"
        f" WHERE {differ} ({', '.join(f'excluded.{name}' for name in others)});\n"
    )

    def check(_: int) -> None:
        report_ = shop.loader.report
        if report_["unchanged"] != file.records:
            raise BenchFault(f"not all is unchanged: {report_}")

    def by_sql(name: str, statements: str) -> Contender:
        return Contender(
            name,
            lambda: Run.of(shop.by_psql_script(staged + statements + "COMMIT;\n")),
            lambda: shop.cluster.execute("CHECKPOINT"),
        )

    sql = by_sql("`psql`: a ready binary file, lock, update, insert", merge)
    contenders = [
        sql,
        by_sql("`psql`: a ready binary file, `ON CONFLICT … WHERE`", conflict),
        Contender(
            "**csv-load**",
            lambda: shop.loader.load_file(file),
            lambda: shop.cluster.execute("CHECKPOINT"),
            check,
        ),
    ]
    take_turns(contenders, shop.scale.rounds, shop.cluster, shop.scale.repeats, "again")
    shop.empty(own, same)
    ours = contenders[-1]
    # The ledger's row and the catalog's rows of the staging table are written, and no other.
    wal = ours.median(lambda sample: sample.wal) / file.records
    return Outcome(
        f"### The same file again\n\n{file.title}, every row of which is in the table:\n\n"
        f"{report.timed(contenders, sql, file.bytes, with_wal=True)}\n",
        contenders,
        [
            Target(f"{file.title} again, against the same SQL", ours.median() / sql.median(), 1.1),
            Target("WAL for an unchanged row", wal, 1, "B"),
        ],
    )
