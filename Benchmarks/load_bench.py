#!/usr/bin/env python3
"""Times one million hires into a table with a primary key, by `psql \\copy`, by psycopg with checks,
and by the real `bootstrap`, which reads the file over S3's protocol from a server of this script.

usage: load_bench.py BOOTSTRAP DATAPACKAGE CSV [ROUNDS]     (TEST_DATABASE_URL names the server)

Prints one table: the fastest round of each, its ratio to `psql \\copy`, and the loader's peak memory.
"""
import csv, datetime, hashlib, http.server, json, os, subprocess, sys, threading, time

import psycopg

BOOTSTRAP, PACKAGE, FILE = sys.argv[1:4]
ROUNDS = int(sys.argv[4]) if len(sys.argv) > 4 else 3
SERVER = os.environ["TEST_DATABASE_URL"]
DATABASE = "sluice_bench"
URL = SERVER.replace("/postgres?", f"/{DATABASE}?", 1)
if URL == SERVER:
    sys.exit("TEST_DATABASE_URL: expected the database postgres, as in postgresql:///postgres?host=…")
TABLE = """DROP TABLE IF EXISTS {0}; CREATE TABLE {0} (id integer PRIMARY KEY, name text NOT NULL,
  datetime timestamptz NOT NULL, department_id integer NOT NULL, job_id integer NOT NULL)"""


class FileServer(http.server.BaseHTTPRequestHandler):
    """Answers every GET with the file, as S3 would answer one for an object."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        with open(FILE, "rb") as file:
            size = os.fstat(file.fileno()).st_size
            self.send_response(200)
            self.send_header("Content-Length", str(size))
            self.send_header("ETag", f'"{self.server.etag}"')
            self.end_headers()
            self.wfile.flush()
            self.connection.sendfile(file)

    def log_message(self, *_):
        pass


class RuntimeAPI(http.server.BaseHTTPRequestHandler):
    """Hands out events from a queue and takes the answers."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        event = self.server.take()
        self.send_response(200)
        self.send_header("Lambda-Runtime-Aws-Request-Id", "bench")
        self.send_header("Lambda-Runtime-Deadline-Ms", str(int(time.time() * 1000) + 600_000))
        self.send_header("Content-Length", str(len(event)))
        self.end_headers()
        self.wfile.write(event)

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(202)
        self.send_header("Content-Length", "0")
        self.end_headers()
        self.server.give(body)

    def log_message(self, *_):
        pass


class Loader:
    """One `bootstrap` process with its Runtime API and its object store."""

    def __init__(self):
        self.store = http.server.ThreadingHTTPServer(("127.0.0.1", 0), FileServer)
        self.api = http.server.ThreadingHTTPServer(("127.0.0.1", 0), RuntimeAPI)
        self.event, self.answer = None, None
        self.changed = threading.Condition()
        self.api.take, self.api.give = self.take, self.give
        for server in (self.store, self.api):
            server.daemon_threads = True
            threading.Thread(target=server.serve_forever, daemon=True).start()
        environment = dict(
            os.environ, _HANDLER="csv-load", DATABASE_URL=URL, SLUICE_DATAPACKAGE=PACKAGE,
            AWS_LAMBDA_RUNTIME_API=f"127.0.0.1:{self.api.server_port}", AWS_REGION="us-east-1",
            AWS_ACCESS_KEY_ID="x", AWS_SECRET_ACCESS_KEY="x", AWS_LAMBDA_LOG_LEVEL="ERROR",
            AWS_ENDPOINT_URL=f"http://127.0.0.1:{self.store.server_port}")
        self.process = subprocess.Popen([BOOTSTRAP], env=environment, stderr=subprocess.DEVNULL)

    def take(self):
        with self.changed:
            self.changed.wait_for(lambda: self.event is not None)
            event, self.event = self.event, None
            return event

    def give(self, body):
        with self.changed:
            self.answer = body
            self.changed.notify_all()

    def load(self, key, etag):
        self.store.etag = etag
        record = {
            "eventVersion": "2.1", "eventSource": "aws:s3", "eventName": "ObjectCreated:Put",
            "s3": {"bucket": {"name": "bench"}, "object": {"key": key, "eTag": etag, "size": 1}}}
        with self.changed:
            self.answer, self.event = None, json.dumps({"Records": [record]}).encode()
            start = time.monotonic()
            self.changed.notify_all()
            # A bootstrap that ended, for a setting at fault say, will never answer.
            while not self.changed.wait_for(lambda: self.answer is not None, timeout=1):
                if self.process.poll() is not None:
                    sys.exit(f"bootstrap ended with {self.process.returncode}")
        seconds = time.monotonic() - start
        answer = json.loads(self.answer)
        return seconds, answer["loads"][0] if "loads" in answer else answer

    def peak_megabytes(self):
        with open(f"/proc/{self.process.pid}/status") as status:
            for line in status:
                if line.startswith("VmHWM"):
                    return int(line.split()[1]) // 1024


def by_psql():
    subprocess.run(
        ["psql", URL, "-qc", f"\\copy bench_psql from '{FILE}' csv"], check=True)


def by_psycopg():
    with psycopg.connect(URL) as connection, open(FILE, newline="") as file:
        copy = "COPY bench_psycopg FROM STDIN (FORMAT binary)"
        with connection.cursor() as cursor, cursor.copy(copy) as rows:
            rows.set_types(["int4", "text", "timestamptz", "int4", "int4"])
            for number, name, when, department, job in csv.reader(file):
                if not (number and name and when and department and job):
                    continue
                rows.write_row((
                    int(number), name, datetime.datetime.fromisoformat(when.replace("Z", "+00:00")),
                    int(department), int(job)))


def timed(work):
    start = time.monotonic()
    work()
    return time.monotonic() - start


def main():
    with psycopg.connect(SERVER, autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
        server.execute(f"CREATE DATABASE {DATABASE}")
    loader = Loader()
    lines = sum(1 for _ in open(FILE, "rb"))
    times = {name: [] for name in ("psql", "psycopg", "load", "again")}
    for round_number in range(ROUNDS):
        with psycopg.connect(URL, autocommit=True) as connection:
            for table in ("bench_psql", "bench_psycopg"):
                for statement in TABLE.format(table).split(";"):
                    connection.execute(statement)
            connection.execute("CHECKPOINT")
        times["psql"].append(timed(by_psql))
        times["psycopg"].append(timed(by_psycopg))
        with psycopg.connect(URL, autocommit=True) as connection:
            if round_number:
                connection.execute("TRUNCATE hired_employees")
        for kind in ("load", "again"):
            tag = hashlib.md5(f"{round_number}{kind}".encode()).hexdigest()
            seconds, report = loader.load(f"uploads/hired_employees/{tag}.csv", tag)
            if report.get("status") != "loaded" or report["read"] != lines:
                sys.exit(f"the load did not succeed: {report}")
            times[kind].append(seconds)
    names = {
        "psql": "psql \\copy, validates nothing", "psycopg": "psycopg COPY BINARY, checked in Python",
        "load": "csv-load, into an empty table", "again": "csv-load, nothing changed"}
    best = min(times["psql"])
    print(f"{lines} records, best of {ROUNDS} rounds")
    for kind, name in names.items():
        seconds = min(times[kind])
        print(f"  {name:42} {seconds:7.2f} s  {seconds / best:5.2f} x  {lines / seconds / 1e6:5.2f} M/s")
    print(f"  peak RSS of bootstrap: {loader.peak_megabytes()} MB")
    loader.process.kill()


main()
