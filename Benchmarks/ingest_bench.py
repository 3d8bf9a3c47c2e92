#!/usr/bin/env python3
"""Times an ingestion of made-up postings by job-ingest and by Python with psycopg.

usage: ingest_bench.py SLUICE BOOTSTRAP DATAPACKAGE [--postings N] [--locations N] [--rounds N]
         [--page-size N] [--only NAME]                  (TEST_DATABASE_URL names the server)

All ask the same stub (`sluice usajobs-stub`) for every posting and write the same tables, each into a
fresh database, and once more into the same one, where nothing has changed. Afterwards the tables have
to hold the same. Prints the median of the rounds, postings a second, the ratio to job-ingest, and the
CPU time and peak memory of the process.
"""
import argparse, json, os, re, statistics, subprocess, sys, tempfile, time

import psycopg

HERE = os.path.dirname(os.path.abspath(__file__))
TABLES = os.path.join(HERE, "../Sources/Handlers/JobIngest/SQL/0002-job-ingest.sql")
NAMES = {
    "job-ingest": "job-ingest", "executemany": "Python, INSERT … ON CONFLICT by executemany",
    "copy": "Python, COPY to staging and merge"}
# What has to be the same whoever wrote it.
CONTENT = """SELECT count(*), sum(cardinality(place_ids)), (SELECT count(*) FROM posting_places),
  (SELECT count(*) FROM posting_searches), md5(string_agg(concat_ws('|', id, announcement, title, uri,
    organization, department, sub_agency, category_codes, hiring_paths, pay_plan, low_grade, high_grade,
    minimum_annual_pay, maximum_annual_pay, pay_interval, published_on, closes_on, location_display,
    remote, telework, relocation, summary, cardinality(place_ids), document), ';' ORDER BY id))
  FROM postings"""


def options():
    parser = argparse.ArgumentParser()
    for name in ("sluice", "bootstrap", "datapackage"):
        parser.add_argument(name)
    parser.add_argument("--postings", type=int, default=10_000)
    parser.add_argument("--locations", type=int, default=600)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--page-size", type=int, default=100, help="of the Python clients")
    parser.add_argument("--only", choices=NAMES, action="append")
    return parser.parse_args()


OPTIONS = options()
SERVER = os.environ["TEST_DATABASE_URL"]
DATABASE = f"sluice_ingest_bench_{os.getpid()}"
URL = SERVER.replace("/postgres?", f"/{DATABASE}?", 1)
if URL == SERVER:
    sys.exit("TEST_DATABASE_URL: expected the database postgres, as in postgresql:///postgres?host=…")


def on_server(*statements):
    with psycopg.connect(SERVER, autocommit=True) as server:
        for statement in statements:
            server.execute(statement)


def fresh_database(name):
    on_server(
        f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)", f"CREATE DATABASE {DATABASE}",
        "CHECKPOINT")
    if name != "job-ingest":
        with psycopg.connect(URL) as connection, open(TABLES) as sql:
            connection.execute("CREATE SCHEMA sluice")
            connection.execute(sql.read())


def command(name, endpoint):
    """The command, and what it needs in the environment."""
    if name != "job-ingest":
        return [sys.executable, f"{HERE}/ingest_peer.py", name, endpoint, URL,
                str(OPTIONS.page_size)], {}
    event = tempfile.NamedTemporaryFile("w", suffix=".json")
    json.dump({"name": "bench", "postedWithinDays": 60}, event)
    event.flush()
    variables = {
        "USAJOBS_ENDPOINT": endpoint, "USAJOBS_API_KEY": "bench",
        "USAJOBS_EMAIL": "bench@example.com", "USAJOBS_PAUSE_MS": "0", "DATABASE_URL": URL,
        "SLUICE_DATAPACKAGE": OPTIONS.datapackage, "AWS_LAMBDA_LOG_LEVEL": "ERROR"}
    arguments = [OPTIONS.sluice, "invoke", "job-ingest", event.name, "--bootstrap", OPTIONS.bootstrap,
                 "--directory", os.path.join(tempfile.gettempdir(), DATABASE)]
    return arguments, {**variables, "event": event}


def measured(name, endpoint, written):
    """One ingestion, which has to write so many postings: its seconds, those of CPU, its megabytes."""
    arguments, variables = command(name, endpoint)
    event = variables.pop("event", None)
    errors = tempfile.TemporaryFile("w+")
    start = time.monotonic()
    process = subprocess.Popen(
        arguments, env={**os.environ, **variables}, stdout=subprocess.PIPE, stderr=errors, text=True)
    output = process.stdout.read()
    # The usage counts the processes that the command waited for too: here, bootstrap.
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.monotonic() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if event:
        event.close()
    if process.returncode != 0:
        errors.seek(0)
        sys.exit(f"{name} ended with {process.returncode}: {errors.read()}")
    answer = json.loads(output)
    if "written" not in answer:
        answer["written"] = answer["inserted"] + answer["updated"]
    if answer["found"] != OPTIONS.postings or answer["written"] != written:
        sys.exit(f"{name} did not ingest everything: {answer}")
    return seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss // 1024


def content():
    with psycopg.connect(URL) as connection:
        return connection.execute(CONTENT).fetchone()


def main():
    stub = subprocess.Popen(
        [OPTIONS.sluice, "usajobs-stub", "--postings", str(OPTIONS.postings), "--locations",
         str(OPTIONS.locations)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    names = OPTIONS.only or list(NAMES)
    results = {(name, kind): [] for name in names for kind in ("first", "again")}
    contents = {}
    try:
        endpoint = re.search(r"http\S+", stub.stdout.readline()).group()
        for _ in range(OPTIONS.rounds):
            for name in names:
                fresh_database(name)
                results[name, "first"].append(measured(name, endpoint, OPTIONS.postings))
                contents[name] = content()
                results[name, "again"].append(measured(name, endpoint, 0))
    finally:
        stub.kill()
        stub.wait()
        on_server(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
    for name in names[1:]:
        if contents[name] != contents[names[0]]:
            sys.exit(f"the tables differ: {names[0]} {contents[names[0]]}, {name} {contents[name]}")
    places = contents[names[0]][1]
    print(f"{OPTIONS.postings} postings with {places} places, median of {OPTIONS.rounds}")
    for kind, title in (("first", "into empty tables"), ("again", "again, nothing changed")):
        print(f"  {title}")
        for name in names:
            rounds = results[name, kind]
            seconds, cpu = (statistics.median(round[part] for round in rounds) for part in (0, 1))
            if name == names[0]:
                base = seconds
            print(
                f"    {NAMES[name]:44} {seconds:7.2f} s {OPTIONS.postings / seconds:8.0f}/s"
                f" {seconds / base:6.2f} x   CPU {cpu:6.2f} s {max(peak for *_, peak in rounds):6} MB")


main()
