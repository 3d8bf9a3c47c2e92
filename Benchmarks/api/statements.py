"""What our handler sends for a case, out of the server's own log."""

from __future__ import annotations

import csv
import re
import time
from dataclasses import dataclass
from pathlib import Path

from cases import Case
from environment import Environment

# Settings of a server that logs to one CSV file.
SETTINGS = {
    "logging_collector": "on",
    "log_destination": "csvlog",
    "log_filename": "statements.log",
    "log_min_messages": "error",
}
MESSAGE, DETAIL = 13, 14
PARAMETER = re.compile(r"\$\d+ = '((?:[^']|'')*)'")


@dataclass(frozen=True)
class Statement:
    sql: str
    parameters: list[str]


def _logged(log: Path) -> list[Statement]:
    with open(log, newline="") as file:
        rows = list(csv.reader(file))
    found = []
    for row in rows:
        if len(row) > DETAIL and row[MESSAGE].startswith("execute "):
            sql = row[MESSAGE].split(": ", 1)[1]
            values = [text.replace("''", "'") for text in PARAMETER.findall(row[DETAIL])]
            found.append(Statement(sql, values))
    return found


def captured(environment: Environment, log: Path, case: Case) -> list[Statement]:
    """The statements of one warm call, from BEGIN to COMMIT; the server has to log all of them."""
    # The first call learns the tables and the key of the cursors.
    environment.ask(case)
    before = len(_logged(log))
    environment.ask(case)
    for _ in range(100):
        new = _logged(log)[before:]
        # The log of the first call may be late.
        starts = [index for index, one in enumerate(new) if one.sql.startswith("BEGIN")]
        if new and new[-1].sql == "COMMIT" and starts:
            time.sleep(0.1)
            new = _logged(log)[before:]
            starts = [index for index, one in enumerate(new) if one.sql.startswith("BEGIN")]
            return new[starts[-1] :]
        time.sleep(0.05)
    raise SystemExit(f"the server logged no transaction of {case.path}")


def query(statements: list[Statement]) -> Statement:
    """The one that answers; BEGIN and the entrance stand before it, COMMIT behind."""
    return statements[-2]


def floor_file(cases: list[tuple[Case, list[Statement]]]) -> bytes:
    """The statements as floor.c reads them."""
    fields = [str(len(cases))]
    for case, statements in cases:
        fields += [case.name, str(len(statements))]
        for one in statements:
            fields += [one.sql, str(len(one.parameters)), *one.parameters]
    return b"".join(field.encode() + b"\0" for field in fields)
