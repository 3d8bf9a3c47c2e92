"""A PostgreSQL server for the benchmark alone, in memory unless told otherwise."""

from __future__ import annotations

import glob
import os
import pwd
import shutil
import signal
import subprocess
import time
from pathlib import Path

import psycopg

import cpu

SETTINGS = {
    "shared_buffers": "2GB",
    "autovacuum": "off",
    "wal_level": "replica",
    # Checkpoints come between the runs only, and leave enough segments to be used again.
    "max_wal_size": "8GB",
    "min_wal_size": "4GB",
    "checkpoint_timeout": "1h",
    "listen_addresses": "''",
    "max_connections": "50",
    "logging_collector": "off",
    "timezone": "UTC",
}
DATABASE = "bench"


def _program(name: str) -> str:
    found = sorted(
        glob.glob(f"/usr/lib/postgresql/*/bin/{name}"), key=lambda path: int(path.split("/")[4])
    )
    path = found[-1] if found else shutil.which(name)
    if not path:
        raise SystemExit(f"{name} of PostgreSQL is not installed; run scripts/install")
    return path


class Cluster:
    def __init__(self, directory: Path, settings: dict[str, str] | None = None):
        self.directory = directory
        # PostgreSQL refuses to run as root.
        self.account = pwd.getpwnam("postgres") if os.geteuid() == 0 else None
        shutil.rmtree(directory, ignore_errors=True)
        (directory / "socket").mkdir(parents=True)
        if self.account:
            for path in (directory, directory / "socket"):
                os.chown(path, self.account.pw_uid, self.account.pw_gid)
        self._run(
            [
                _program("initdb"),
                "-D",
                str(directory / "data"),
                "-U",
                "postgres",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--locale=C.UTF-8",
                "--no-sync",
            ]
        ).wait()
        options = [f"-c{name}={value}" for name, value in {**SETTINGS, **(settings or {})}.items()]
        self.process = self._run(
            [
                _program("postgres"),
                "-D",
                str(directory / "data"),
                "-k",
                str(directory / "socket"),
                *[option.replace("''", "") for option in options],
            ]
        )
        self._await()
        with self.connect("postgres") as connection:
            connection.execute(f"CREATE DATABASE {DATABASE}")
            self.version = (
                connection.info.server_version // 10000,
                connection.info.server_version % 10000,
            )

    def _run(self, command: list[str]) -> subprocess.Popen:
        user = (
            {"user": self.account.pw_uid, "group": self.account.pw_gid, "extra_groups": []}
            if self.account
            else {}
        )
        with open(self.directory / "log", "ab") as log:
            return subprocess.Popen(
                command,
                stdout=log,
                stderr=log,
                cwd="/",
                env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
                start_new_session=True,
                **user,
            )

    def _await(self) -> None:
        for _ in range(600):
            try:
                return self.connect("postgres").close()
            except psycopg.OperationalError:
                if self.process.poll() is not None:
                    break
                time.sleep(0.1)
        raise SystemExit(
            "PostgreSQL did not start:\n" + (self.directory / "log").read_text()[-2000:]
        )

    def url(self, database: str = DATABASE) -> str:
        return f"postgresql:///{database}?host={self.directory}/socket&user=postgres"

    @property
    def environment(self) -> dict[str, str]:
        """libpq's variables that name the database."""
        return {"PGHOST": f"{self.directory}/socket", "PGUSER": "postgres", "PGDATABASE": DATABASE}

    def connect(self, database: str = DATABASE) -> psycopg.Connection:
        return psycopg.connect(self.url(database), autocommit=True)

    def execute(self, *statements: str) -> None:
        with self.connect() as connection:
            for statement in statements:
                connection.execute(statement)

    def rows(self, query: str, parameters: tuple = ()) -> list[tuple]:
        with self.connect() as connection:
            return connection.execute(query, parameters).fetchall()

    def value(self, query: str, parameters: tuple = ()):
        return self.rows(query, parameters)[0][0]

    def warm_wal(self, gigabytes: int) -> None:
        """Writes WAL, so that its segments are there to be used again: making them takes time."""
        with self.connect() as connection:
            for _ in range(gigabytes):
                connection.execute(
                    "SELECT count(pg_logical_emit_message(false, 'warm', repeat('x', 1000000)))"
                    " FROM generate_series(1, 1000)"
                )
            for _ in range(2):
                connection.execute("SELECT pg_switch_wal()")
                connection.execute("CHECKPOINT")

    def wal_position(self) -> int:
        return self.value("SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint")

    def cpu(self) -> float:
        return cpu.of_tree(self.process.pid)

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait()
        shutil.rmtree(self.directory, ignore_errors=True)
