"""Reads a CSV file with DuckDB on one thread, every column by its type, and keeps nothing.

usage: duckdb_read.py FILE COLUMNS [REJECTS]     COLUMNS is JSON: names and types
Prints the CPU seconds of the query alone; with REJECTS, writes the numbers of the refused records.
"""

import json
import resource
import sys

import duckdb

path, columns = sys.argv[1], json.loads(sys.argv[2])
rejects = sys.argv[3] if len(sys.argv) > 3 else None
source = (
    f"read_csv('{path}', header=false, auto_detect=false, quote='\"', escape='\"',"
    f" columns={columns}"
)
source += ", store_rejects=true, rejects_limit=0)" if rejects else ")"
connection = duckdb.connect()
connection.execute("SET threads=1")
before = resource.getrusage(resource.RUSAGE_SELF)
# Counting the values of a column has every one of them converted; counting rows would not.
counts = ", ".join(f"count({name})" for name in columns)
connection.execute(f"SELECT {counts} FROM {source}").fetchall()
after = resource.getrusage(resource.RUSAGE_SELF)
print(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
if rejects:
    with open(rejects, "w") as file:
        for (number,) in connection.execute("SELECT DISTINCT line FROM reject_errors").fetchall():
            print(number, file=file)
