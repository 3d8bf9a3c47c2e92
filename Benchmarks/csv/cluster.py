"""The PostgreSQL server of the benchmarks, with statements run by psycopg."""

from __future__ import annotations

import sys
from pathlib import Path

import psycopg

import cpu

sys.path.append(str(Path(__file__).resolve().parents[2] / "scripts/internal"))
from postgres_cluster import SUPERUSER, PostgresCluster

SETTINGS = {
    "shared_buffers": "2GB",
    "autovacuum": "off",
    "wal_level": "replica",
    # Checkpoints come between the runs only, and leave enough segments to be used again.
    "max_wal_size": "8GB",
    "min_wal_size": "4GB",
    "checkpoint_timeout": "1h",
    "max_connections": "50",
    "logging_collector": "off",
    "timezone": "UTC",
}
DATABASE = "bench"


class Cluster(PostgresCluster):
    def __init__(self, directory: Path, settings: dict[str, str] | None = None):
        super().__init__(directory)
        self.start({**SETTINGS, **(settings or {})})
        with self.connect("postgres") as connection:
            connection.execute(f"CREATE DATABASE {DATABASE}")
            self.version = (
                connection.info.server_version // 10000,
                connection.info.server_version % 10000,
            )

    def url(self, database: str = DATABASE) -> str:
        return f"postgresql:///{database}?host={self.socket}&user={SUPERUSER}"

    @property
    def environment(self) -> dict[str, str]:
        """libpq's variables that name the database."""
        return {"PGHOST": str(self.socket), "PGUSER": SUPERUSER, "PGDATABASE": DATABASE}

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
