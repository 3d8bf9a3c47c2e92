"""Part `load`: files, without and with bad records, into an empty table with a primary key."""

from __future__ import annotations

import report
from dataset import DataFile
from outcome import BenchFault, Outcome, Target
from sample import Contender, Run, take_turns
from workshop import Workshop

MEGABYTES = 32
LIMITS = {"hires": 0.80, "orders": 0.65}


class Loads:
    """The contenders of one dataset: all load the same file, each into its own table."""

    def __init__(self, shop: Workshop, clean: DataFile, bad: DataFile):
        self.shop, self.clean, self.bad = shop, clean, bad
        self.contents: dict[str, tuple] = {}
        self.found: list[str] = []
        self.wrong = 0
        own = clean.dataset.name
        psql, floor = shop.table(clean.dataset, "psql"), shop.table(clean.dataset, "floor")
        self.psql = self._into(
            psql, "`psql \\copy`, which checks nothing", lambda: Run.of(shop.copy_csv(clean, psql))
        )
        self.floor = self._into(
            floor,
            "one thread of C, checked, COPY BINARY",
            lambda: Run.of(shop.by_floor(clean, "--table", floor)),
        )
        self.ours = self._into(own, "**csv-load**", lambda: shop.loader.load_file(clean))
        self.ours_bad = Contender(
            "**csv-load**, 1 % bad records",
            lambda: shop.loader.load_file(bad),
            lambda: shop.empty(own, "sluice.rejects"),
            self._check_rejects,
        )
        self.all = [self.psql, self.floor, self.ours, self.ours_bad]

    def _into(self, table: str, name: str, work) -> Contender:
        def check(number: int) -> None:
            # Once is enough: the programs do the same every time.
            if number == 0:
                self.contents[table] = self.shop.contents(table)
                if len(set(self.contents.values())) != 1:
                    raise BenchFault(f"the tables differ: {self.contents}")
            self.shop.empty(table)

        return Contender(name, work, lambda: self.shop.empty(table), check)

    def _check_rejects(self, number: int) -> None:
        report_ = self.shop.loader.report
        listed = set(
            self.shop.cluster.rows(
                "SELECT record, line, byte_offset FROM sluice.rejects WHERE load = %s",
                (report_["id"],),
            )
        )
        missed, false = len(self.bad.truth - listed), len(listed - self.bad.truth)
        counts = report_["read"] == self.bad.records and report_["rejected"] == len(listed)
        summed = sum(
            report_[name]
            for name in ("inserted", "updated", "unchanged", "superseded", "rejected", "pending")
        )
        self.wrong = max(self.wrong, missed + false)
        self.found.append(
            f"{len(listed)} of {len(self.bad.truth)} listed with record, line and byte offset;"
            f" {missed} missed, {false} too many"
        )
        if not counts or summed != report_["read"]:
            raise BenchFault(f"the counts do not add up: {report_}")
        self.shop.empty(self.clean.dataset.name, "sluice.rejects")


def run(shop: Workshop, pairs: list[tuple[DataFile, DataFile]]) -> Outcome:
    shop.prepare()
    outcome = Outcome("### Into an empty table with a primary key\n")
    for clean, bad in pairs:
        loads = Loads(shop, clean, bad)
        take_turns(
            loads.all,
            shop.scale.rounds,
            shop.cluster,
            shop.scale.repeats,
            f"load {clean.dataset.name}",
        )
        outcome.contenders += loads.all
        outcome.text += f"\n{clean.title}:\n\n{report.timed(loads.all, loads.psql, clean.bytes)}\n"
        cost = 100 * (loads.ours_bad.median() / loads.ours.median() - 1)
        found = " / ".join(sorted(set(loads.found)))
        outcome.text += f"\n1 % bad records: {cost:+.1f} % time. {found}.\n"
        ratio = loads.ours.median() / loads.psql.median()
        peak = max(s.peak_megabytes for s in loads.ours.samples + loads.ours_bad.samples)
        outcome.targets += [
            Target(f"{clean.title} into a table, against psql", ratio, LIMITS[clean.dataset.name]),
            Target(f"{bad.title}, 1 % bad, dearer by", cost, 3, "%"),
            Target(f"{bad.title}, bad records missed or too many", loads.wrong, 0, ""),
            Target(f"memory while loading {clean.title}", peak, MEGABYTES, "MB"),
        ]
    return outcome
