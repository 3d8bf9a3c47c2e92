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
from pathlib import Path

HOME = Path(__file__).resolve().parents[2]
sys.path.append(str(HOME / "scripts/internal"))
from postgres_cluster import SUPERUSER, PostgresCluster  # noqa: E402


def database(folder):
    """Starts PostgreSQL with a certificate for localhost; returns the cluster and its address."""
    key, certificate = folder / "server.key", folder / "server.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate],
        check=True, capture_output=True)
    cluster = PostgresCluster(folder / "postgres")
    port = 20000 + os.getpid() % 20000
    cluster.start(
        {**cluster.install_certificate(certificate, key), "listen_addresses": "localhost", "fsync": "off"}, port)
    address = f"postgresql://{SUPERUSER}@localhost:{port}/postgres"
    return cluster, f"{address}?sslmode=verify-full&sslrootcert={certificate}"


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
    cluster, url = database(folder)
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
        cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
