"""What all parts of the benchmark work with: programs, files, the server, the loader, the peers."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from cluster import DATABASE, Cluster
from dataset import HIRES, ORDERS, DataFile, Dataset, Generator
from loader import Loader
from sample import Child

HERE = Path(__file__).parent
PACKAGE = str(HERE.parent / "datapackage.json")
DUCK_TYPES = {
    "key": "INTEGER",
    "count": "INTEGER",
    "text": "VARCHAR",
    "time": "TIMESTAMPTZ",
    "date": "DATE",
    "number": "DECIMAL(18,6)",
    "flag": "BOOLEAN",
    "uuid": "UUID",
}


@dataclass
class Scale:
    """How large the files are and how often everything runs."""

    rounds: int
    repeats: int
    hires: int
    orders_megabytes: int
    # For peers that take their time.
    slow_hires: int
    again_hires: int
    memory_megabytes: tuple[int, ...]
    warm_gigabytes: int


FULL = Scale(5, 2, 10_000_000, 500, 1_000_000, 1_000_000, (10, 1000, 5000), 4)
QUICK = Scale(2, 0, 1_000_000, 60, 50_000, 1_000_000, (10, 100), 1)


class Workshop:
    def __init__(self, programs: Path, floor: str, data: Path, scale: Scale):
        self.programs, self.floor, self.data, self.scale = programs, floor, data, scale
        self.generator = Generator(str(programs / "sluice"), data)
        # /dev/shm is memory, so that the disk of the machine is not what is measured.
        self.cluster = Cluster(Path(f"/dev/shm/sluice-bench-{os.getpid()}"))
        self.loader = Loader(str(programs / "bootstrap"), PACKAGE, self.cluster)
        self.is_ready = False

    def prepare(self) -> None:
        """Warms the WAL, and has the loader make its tables."""
        if self.is_ready:
            return
        self.cluster.warm_wal(self.scale.warm_gigabytes)
        for dataset in (HIRES, ORDERS):
            self.loader.load_file(self.generator.file(dataset, 10))
            self.cluster.execute(f"TRUNCATE {dataset.name}")
        self.is_ready = True

    def table(self, dataset: Dataset, owner: str) -> str:
        """A table like the loader's, for somebody else."""
        name = f"{dataset.name}_{owner}"
        self.cluster.execute(
            f"DROP TABLE IF EXISTS {name}",
            f"CREATE TABLE {name} (LIKE {dataset.name} INCLUDING ALL)",
        )
        return name

    def empty(self, *tables: str) -> None:
        self.cluster.execute(*[f"TRUNCATE {table}" for table in tables], "CHECKPOINT")

    def contents(self, table: str) -> tuple:
        """A count and a sum that are equal for equal tables."""
        return self.cluster.rows(
            f"SELECT count(*), sum(hashtextextended(t::text, 0)::numeric) FROM {table} t"
        )[0]

    def by_psql(self, command: str) -> Child:
        return Child.run(
            ["psql", "-qX", "-v", "ON_ERROR_STOP=1", self.cluster.url(), "-c", command]
        )

    def by_psql_script(self, script: str) -> Child:
        path = self.data / "script.sql"
        path.write_text(script)
        return Child.run(
            ["psql", "-qX", "-v", "ON_ERROR_STOP=1", self.cluster.url(), "-f", str(path)]
        )

    def copy_csv(self, file: DataFile, table: str) -> Child:
        return self.by_psql(f"\\copy {table} from '{file.path}' (format csv)")

    def by_floor(self, file: DataFile, *options: str) -> Child:
        return Child.run(
            [self.floor, "convert", file.dataset.floor_schema, str(file.path), *options],
            self.cluster.environment,
        )

    def by_peer(self, script: str, *arguments: str) -> Child:
        return Child.run([sys.executable, str(HERE / "peers" / script), *arguments])

    def by_duckdb(self, file: DataFile, *options: str) -> Child:
        columns = {name: DUCK_TYPES[kind.rstrip("?")] for name, kind in file.dataset.columns}
        return self.by_peer("duckdb_read.py", str(file.path), json.dumps(columns), *options)

    def by_pgloader(self, file: DataFile, table: str) -> Child:
        names = ", ".join(file.dataset.names)
        host = str(self.cluster.socket)
        commands = self.data / "pgloader.load"
        commands.write_text(
            f"LOAD CSV FROM '{file.path}' HAVING FIELDS ({names})\n"
            f"INTO postgresql://postgres@unix:{host}:5432/{DATABASE}\n"
            f"TARGET TABLE {table} TARGET COLUMNS ({names})\n"
            "WITH fields optionally enclosed by '\"', fields terminated by ',';\n"
        )
        return Child.run(["pgloader", "--root-dir", str(self.data / "pgloader"), str(commands)])

    def has(self, peer: str) -> bool:
        if peer == "pgloader":
            return shutil.which(peer) is not None
        return importlib.util.find_spec(peer) is not None

    def close(self) -> None:
        self.loader.stop()
        self.cluster.stop()
