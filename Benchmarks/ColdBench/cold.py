#!/usr/bin/env python3
"""Prints the tables of cold starts: the package's handlers beside a C loop and a Rust loop, and the
first answer of /read/first-chunk over TLS to a PostgreSQL of its own.

usage: cold.py COLDBENCH FLOOR BOOTSTRAP SLUICE [PEER] [--starts N]
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HOME = Path(__file__).resolve().parents[2]


def database(folder):
    """Starts PostgreSQL with a certificate for localhost; gives its process and address."""
    run = lambda *words: subprocess.run(words, check=True, capture_output=True, cwd=folder)
    run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
        "-addext", "subjectAltName=DNS:localhost", "-keyout", "server.key", "-out", "server.pem")
    (folder / "server.key").chmod(0o600)
    as_postgres = []
    if os.geteuid() == 0:
        as_postgres = ["runuser", "-u", "postgres", "--"]
        for path in (folder, folder / "server.key", folder / "server.pem"):
            shutil.chown(path, "postgres")
    binaries = sorted(Path("/usr/lib/postgresql").glob("*/bin"))[-1]
    data = folder / "data"
    run(*as_postgres, binaries / "initdb", "-D", data, "--no-sync", "-A", "trust", "-U", "bench")
    port = 20000 + os.getpid() % 20000
    server = subprocess.Popen(
        [*as_postgres, binaries / "postgres", "-D", data, "-p", str(port), "-c", f"unix_socket_directories={folder}",
         "-c", "listen_addresses=localhost", "-c", "ssl=on", "-c", f"ssl_cert_file={folder}/server.pem",
         "-c", f"ssl_key_file={folder}/server.key", "-c", "fsync=off"],
        cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(100):
        if subprocess.run(["pg_isready", "-qh", "localhost", "-p", str(port)]).returncode == 0:
            break
        time.sleep(0.1)
    address = f"postgresql://bench@localhost:{port}/postgres"
    return server, f"{address}?sslmode=verify-full&sslrootcert={folder}/server.pem"


def departments(sluice, folder, variables):
    """Loads a hundred rows into the table that is read."""
    rows = folder / "departments.csv"
    rows.write_text("id,department\n" + "".join(f"{n},Department {n}\n" for n in range(1, 101)))
    subprocess.run(
        [sluice, "load", rows], check=True, stdout=subprocess.DEVNULL,
        env={**variables, "SLUICE_DATAPACKAGE": str(HOME / "template/datapackage.json")})


def main():
    parser = argparse.ArgumentParser()
    for name in ("coldbench", "floor", "bootstrap", "sluice"):
        parser.add_argument(name)
    parser.add_argument("peer", nargs="?")
    parser.add_argument("--starts", default="40")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="sluice-cold-", dir="/dev/shm"))
    folder.chmod(0o755)
    server, url = database(folder)
    try:
        variables = {
            **os.environ, "DATABASE_URL": url, "AWS_REGION": "us-east-1", "API_ACCESS": "open-reads",
            "AWS_LAMBDA_LOG_LEVEL": "ERROR",
            "USAJOBS_API_KEY": "bench", "USAJOBS_EMAIL": "bench@example.com",
            "LAMBDA_TASK_ROOT": str(Path(options.bootstrap).parent)}
        departments(options.sluice, folder, variables)
        read = json.loads((HOME / "events/api.http-v2.json").read_text())
        read["rawQueryString"] = "table_name=departments"
        read["queryStringParameters"] = {"table_name": "departments"}
        docs = {**read, "rawPath": "/docs", "rawQueryString": "", "queryStringParameters": {}}
        echo, chunk, page = folder / "echo.json", folder / "chunk.json", folder / "page.json"
        echo.write_text('"' + "x" * 198 + '"')
        chunk.write_text(json.dumps(read))
        page.write_text(json.dumps(docs))

        own = options.bootstrap
        programs = [f"C loop={options.floor},echo,{echo}"]
        if options.peer:
            programs.append(f"Rust loop={options.peer},echo,{echo}")
        programs += [
            f"csv-load, an S3 test event={own},csv-load,{HOME}/events/csv-load.s3-test-event.json",
            f"job-ingest={own},job-ingest",
            f"api, /docs={own},api,{page}",
            f"api, /read/first-chunk over TLS={own},api,{chunk}"]
        for evicting in ([], ["-e"]):
            subprocess.run([options.coldbench, "-n", options.starts, *evicting, *programs], check=True, env=variables)
            print()
    finally:
        server.terminate()
        server.wait()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
