"""Loads hires as a careful Python program would: csv, a check of every field, COPY BINARY.

usage: psycopg_copy.py URL TABLE FILE [REJECTS]      REJECTS gets the numbers of the refused records
"""

import csv
import datetime
import sys

import psycopg

url, table, path = sys.argv[1:4]
rejects = open(sys.argv[4], "w") if len(sys.argv) > 4 else None


def number(text: str) -> int:
    value = int(text)
    if not 0 < value < 2**31:
        raise ValueError("out of range")
    return value


def name_of(text: str) -> str:
    if not text or "\0" in text:
        raise ValueError("no name")
    text.encode()  # bytes that are not UTF-8 came in as surrogates
    return text


def time(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


with psycopg.connect(url) as connection, open(path, newline="", errors="surrogateescape") as file:
    with connection.cursor() as cursor, cursor.copy(
        f"COPY {table} FROM STDIN (FORMAT binary)"
    ) as rows:
        rows.set_types(["int4", "text", "timestamptz", "int4", "int4"])
        for index, record in enumerate(csv.reader(file), 1):
            try:
                ident, name, when, department, job = record
                row = number(ident), name_of(name), time(when), number(department), number(job)
            except ValueError as error:
                if not rejects:
                    raise SystemExit(f"record {index}: {error}")
                print(index, file=rejects)
                continue
            rows.write_row(row)
