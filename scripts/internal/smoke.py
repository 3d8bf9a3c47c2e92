#!/usr/bin/env python3
"""Checks that a deployed or local stack works: logs in, uploads small files with POST /uploads, waits for
their loads, and compares the API's responses. Prints one line per check; the status is 0 if all passed.

The files contain departments, jobs and hires of their own, with ids from 2147480001 and in the year 1970;
other rows are not touched, and a second run changes nothing. Uploading requires a user with the role
`writer`: NAME or SLUICE_USER, with the password in SLUICE_PASSWORD (on a terminal, you are asked for it),
or the token in SLUICE_TOKEN. With --read-only, nothing is uploaded and the role `reader` is enough.
Without a user, only what needs no token is checked.
"""

import argparse
import getpass
import http.client
import json
import os
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid

FIRST = 2147480001  # Above it there are 3646 ids that a column of integers takes.
YEAR = 1970
DEPARTMENTS = "".join(f"{FIRST + n},Smoke test {name}\n" for n, name in enumerate(["A", "B", "C"]))
JOBS = f"{FIRST},Smoke tester\n"
# Three hires of A, one of B, none of C; the last record has no job and is to be refused.
HIRES = "".join(
    f"{FIRST + n},Smoke Test,{YEAR}-{month:02}-15T12:00:00Z,{FIRST + department},{job}\n"
    for n, (month, department, job) in enumerate(
        [(1, 0, FIRST), (2, 0, FIRST), (8, 0, FIRST), (12, 1, FIRST), (12, 1, "")]))


class Failure(Exception):
    """What was expected of the stack, and is not so."""


def expect(is_so, text: str):
    if not is_so:
        raise Failure(text)


class Stack:
    def __init__(self, url: str, seconds: float):
        self.url = url.rstrip("/")
        self.seconds = seconds
        self.token = ""

    def call(self, method: str, path: str, body=None, token=None):
        """Status, headers and body of a call; a list or dictionary is sent and read as JSON."""
        # A path that the API answered has the stage in it.
        url = urllib.parse.urljoin(self.url, path) if method == "FOLLOW" else self.url + path
        headers = {"accept": "application/json"}
        token = self.token if token is None else token
        if token:
            headers["authorization"] = f"Bearer {token}"
        data = None
        if body is not None:
            data = json.dumps(body).encode()
            headers["content-type"] = "application/json"
        name = "GET" if method == "FOLLOW" else method
        status, headers, answer = self.send(
            urllib.request.Request(url, data, headers, method=name))
        if "json" in headers.get("content-type", ""):
            try:
                answer = json.loads(answer)
            except ValueError:
                raise Failure(f"{name} {path} answered what is no JSON: {answer[:200]!r}") from None
        return status, headers, answer

    def send(self, request: urllib.request.Request):
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.headers, error.read()
        except (OSError, ValueError, http.client.HTTPException) as error:
            reason = getattr(error, "reason", error)
            raise Failure(f"no answer from {request.host}: {reason}") from None

    def wanted(self, method: str, path: str, status: int, body=None, token=None):
        """The answer of a call that has to have the status."""
        found, _, answer = self.call(method, path, body, token)
        shown = answer if isinstance(answer, bytes) else json.dumps(answer)
        expect(found == status, f"{method} {path} answered {found}, not {status}: {shown[:300]}")
        return answer

    def upload(self, table: str, text: str) -> dict:
        """Sends a file through S3 and answers its load once that has ended."""
        data = text.encode()
        form = self.wanted(
            "POST", "/uploads", 201, {"table": table, "name": "smoke.csv", "bytes": len(data)})
        boundary = uuid.uuid4().hex
        parts = [f'--{boundary}\r\ncontent-disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
                 for name, value in form["fields"].items()]
        parts.append(f'--{boundary}\r\ncontent-disposition: form-data; name="file"; '
                     f'filename="smoke.csv"\r\ncontent-type: text/csv\r\n\r\n{text}\r\n')
        body = ("".join(parts) + f"--{boundary}--\r\n").encode()
        kind = {"content-type": f"multipart/form-data; boundary={boundary}"}
        status, _, answer = self.send(
            urllib.request.Request(form["url"], body, kind, method="POST"))
        expect(status in (200, 201, 204),
               f"the bucket answered {status} to the form: {answer[:300].decode(errors='replace')}")
        end = time.monotonic() + self.seconds
        while time.monotonic() < end:
            loads = self.wanted("FOLLOW", form["loads"], 200)
            if loads:
                return self.wanted("GET", f"/loads/{loads[0]['id']}", 200)
            time.sleep(0.5)
        raise Failure(f"no load of {form['key']} after {self.seconds:g} s: look at the queue, at its "
                      "dead-letter queue and at the log of csv-load")


class Checks:
    def __init__(self, stack: Stack):
        self.stack = stack
        self.failed = 0
        self.load = None

    def run(self, steps) -> int:
        for step in steps:
            start = time.monotonic()
            name = step.__doc__
            try:
                step()
                print(f"ok    {name} ({time.monotonic() - start:.1f} s)", flush=True)
            except Failure as failure:
                print(f"FAIL  {name}: {failure}", flush=True)
                self.failed += 1
            except (KeyError, IndexError, TypeError, AttributeError) as fault:
                print(f"FAIL  {name}: the answer has another shape: {fault!r}", flush=True)
                self.failed += 1
        return self.failed

    # What needs no token.

    def health(self):
        """the API and its database answer"""
        end = time.monotonic() + 60
        # A database that sleeps wakes at the first call.
        while self.stack.call("GET", "/health")[0] >= 500 and time.monotonic() < end:
            time.sleep(2)
        answer = self.stack.wanted("GET", "/health", 200)
        expect(answer == {"status": "ok", "database": "ok"}, f"it answered {answer}")

    def pages(self):
        """the documentation and the dashboard are there"""
        answer = self.stack.wanted("GET", "/openapi.json", 200)
        expect(answer["openapi"].startswith("3.1"), f"openapi.json is of {answer['openapi']}")
        for path in ["/docs", "/"]:
            expect(b"<html" in self.stack.wanted("GET", path, 200), f"{path} is no page")

    def strangers(self):
        """writing needs a token"""
        upload = {"table": "departments", "name": "smoke.csv", "bytes": 1}
        for token in ["", "0" * 43]:
            self.stack.wanted("POST", "/uploads", 401, upload, token)

    # What a reader may.

    def tables(self):
        """the tables are listed"""
        names = {table["name"] for table in self.stack.wanted("GET", "/tables", 200)}
        missing = {"departments", "jobs", "hired_employees"} - names
        expect(not missing, f"missing are {', '.join(sorted(missing))}")

    def first_chunk(self):
        """/read/first-chunk answers rows"""
        rows = self.stack.wanted("GET", "/read/first-chunk?table_name=departments&num_records=3", 200)
        expect(isinstance(rows, list) and len(rows) <= 3, f"it answered {rows}")
        expect(all(set(row) == {"id", "department"} for row in rows), f"it answered {rows}")

    def metrics(self):
        """both metrics answer"""
        for path in ["/metrics/hires", "/metrics/departments"]:
            expect(isinstance(self.stack.wanted("GET", f"{path}?year=2021", 200), list),
                   f"{path} answered no list")

    # What a writer may.

    def departments(self):
        """departments are loaded: POST /uploads, S3, SQS, csv-load"""
        self.is_loaded(self.stack.upload("departments", DEPARTMENTS), 3, 0)

    def jobs(self):
        """jobs are loaded"""
        self.is_loaded(self.stack.upload("jobs", JOBS), 1, 0)

    def hires(self):
        """hires are loaded, and one without a job is refused"""
        self.load = self.stack.upload("hired_employees", HIRES)
        self.is_loaded(self.load, 5, 1)

    def rejects(self):
        """the refused record is listed with line and reason"""
        expect(self.load is not None, "the hires were not loaded")
        rejects = self.stack.wanted("GET", f"/loads/{self.load['id']}/rejects", 200)
        found = [(r["line"], r["column_name"], r["code"], r["raw"]) for r in rejects]
        wanted = [(5, "job_id", "missing", HIRES.splitlines()[-1])]
        expect(found == wanted, f"found {found}, not {wanted}")

    def rows(self):
        """the rows stand in the table"""
        rows = self.stack.wanted(
            "GET", f"/tables/hired_employees/rows?id=gte.{FIRST}&order=id&select=id,department_id", 200)
        wanted = [{"id": FIRST + n, "department_id": FIRST + d} for n, d in enumerate([0, 0, 0, 1])]
        expect(rows == wanted, f"found {rows}, not {wanted}")

    def counts(self):
        """the metrics count the hires"""
        rows = self.stack.wanted("GET", f"/metrics/hires?year={YEAR}", 200)
        mine = [tuple(row.values()) for row in rows if row["department"].startswith("Smoke test")]
        wanted = [("Smoke test A", "Smoke tester", 2, 0, 1, 0), ("Smoke test B", "Smoke tester", 0, 0, 0, 1)]
        expect(mine == wanted, f"found {mine}, not {wanted}")
        rows = self.stack.wanted("GET", f"/metrics/departments?year={YEAR}", 200)
        hired = {row["id"]: row["hired"] for row in rows}
        expect(hired.get(FIRST) == 3 and FIRST + 2 not in hired, f"above the mean are {rows}")

    @staticmethod
    def is_loaded(load: dict, read: int, rejected: int):
        expect(load["status"] == "loaded", f"{load['status']}: {load['code']}: {load['reason']}")
        kept = load["inserted"] + load["updated"] + load["unchanged"]
        expect((load["read"], load["rejected"], kept) == (read, rejected, read - rejected),
               f"{load['read']} read, {load['rejected']} rejected, {kept} kept; "
               f"expected {read}, {rejected}, {read - rejected}")


def credentials(name: str):
    """A token, or a name and its password; nothing of it stands in the command line."""
    if token := os.environ.get("SLUICE_TOKEN"):
        return token, None
    name = name or os.environ.get("SLUICE_USER", "")
    if not name:
        return "", None
    password = os.environ.get("SLUICE_PASSWORD", "")
    if not password:
        if not sys.stdin.isatty():
            sys.exit("scripts/smoke: the password of the user is expected in SLUICE_PASSWORD")
        password = getpass.getpass(f"Password of {name}: ")
    return "", {"name": name, "password": password}


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="scripts/smoke", description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("url", metavar="URL", help="address of the API")
    parser.add_argument("--user", metavar="NAME", default="", help="default: SLUICE_USER")
    parser.add_argument("--read-only", action="store_true", help="upload nothing")
    parser.add_argument(
        "--wait", metavar="SECONDS", type=float, default=120, help="for each load; default: 120")
    options = parser.parse_args()
    if urllib.parse.urlsplit(options.url).scheme not in ("http", "https"):
        parser.error(f"{options.url} is no address that begins with https://")
    token, login = credentials(options.user)

    stack = Stack(options.url, options.wait)
    # A gateway's authorizer asks for a token on every route but /health.
    stack.token = token
    checks = Checks(stack)
    checks.run([checks.health, checks.pages, checks.strangers])
    if login and not checks.failed:
        try:
            stack.token = stack.wanted("POST", "/login", 200, login)["token"]
            print("ok    the user logs in", flush=True)
        except Failure as failure:
            print(f"FAIL  the user logs in: {failure}", flush=True)
            checks.failed += 1
    if stack.token and not checks.failed:
        checks.run([checks.tables, checks.first_chunk, checks.metrics])
        if not options.read_only:
            checks.run([checks.departments, checks.jobs, checks.hires, checks.rejects, checks.rows,
                        checks.counts])
        if login:
            stack.call("POST", "/logout")
    elif not checks.failed:
        print("note  without SLUICE_USER or SLUICE_TOKEN nothing more is asked", flush=True)
    print("all passed" if not checks.failed else f"{checks.failed} failed", flush=True)
    return 1 if checks.failed else 0


if __name__ == "__main__":
    sys.exit(main())
