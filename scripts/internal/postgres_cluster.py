"""A private PostgreSQL server, for scripts and benchmarks that need settings or certificates of their own.

Everything else runs in `sluice services`, which starts PostgreSQL, S3 and SQS.
"""

import os
import pwd
import shutil
import signal
import subprocess
import time
from pathlib import Path

SUPERUSER = "postgres"


def program(name):
    """The newest installed version of one of PostgreSQL's programs."""
    found = sorted(
        Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[4])
    )
    path = found[-1] if found else shutil.which(name)
    if not path:
        raise SystemExit(f"{name} of PostgreSQL is not installed; run scripts/internal/install")
    return str(path)


class PostgresCluster:
    """A cluster in a directory of its own: the socket in `socket`, the server's output in `log`.

    Connections through the socket are trusted. A prefix is a command that switches to the account that
    the server runs as; without one, root switches to `postgres`, since PostgreSQL refuses to run as root.
    """

    def __init__(self, directory, prefix=()):
        self.directory = Path(directory)
        self.data = self.directory / "data"
        self.socket = self.directory / "socket"
        self.port = 5432
        self.process = None
        self._prefix = list(prefix)
        self._account = pwd.getpwnam("postgres") if os.geteuid() == 0 and not prefix else None
        shutil.rmtree(self.directory, ignore_errors=True)
        self.socket.mkdir(parents=True)
        for path in (self.directory, self.socket):
            self._give(path)
        made = self._start([
            program("initdb"), "-D", str(self.data), "-U", SUPERUSER, "-A", "trust", "-E", "UTF8",
            "--locale=C.UTF-8", "--no-sync"])
        if made.wait() != 0:
            raise SystemExit(f"initdb failed:\n{self.output()}")

    def install_certificate(self, certificate, key):
        """Copies a certificate and its key to where the server reads them; returns the settings for TLS."""
        for source, name in [(certificate, "server.pem"), (key, "server.key")]:
            copy = self.data / name
            shutil.copyfile(source, copy)
            copy.chmod(0o600)
            self._give(copy)
        return {"ssl": "on", "ssl_cert_file": "server.pem", "ssl_key_file": "server.key"}

    def start(self, settings, port=5432):
        """Starts the server and returns when it accepts connections.

        Without the setting listen_addresses, it listens only on the socket.
        """
        self.port = port
        settings = {"listen_addresses": "", **settings}
        self.process = self._start([
            program("postgres"), "-D", str(self.data), "-k", str(self.socket), "-p", str(port),
            *[f"-c{name}={value}" for name, value in settings.items()]])
        ready = [program("pg_isready"), "-q", "-h", str(self.socket), "-p", str(port)]
        for _ in range(600):
            if subprocess.run(ready).returncode == 0:
                return
            if self.process.poll() is not None:
                break
            time.sleep(0.1)
        self.stop_server()
        raise SystemExit(f"PostgreSQL did not start:\n{self.output()}")

    def run_sql(self, statement):
        """Runs one statement as the superuser."""
        subprocess.run(
            [program("psql"), "-qXh", str(self.socket), "-p", str(self.port), "-U", SUPERUSER,
             "-v", "ON_ERROR_STOP=1", "-c", statement, "postgres"], check=True)

    def output(self):
        return (self.directory / "log").read_text(errors="replace")[-2000:]

    def stop_server(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait()

    def stop(self):
        """Stops the server and removes the cluster."""
        self.stop_server()
        shutil.rmtree(self.directory, ignore_errors=True)

    def _give(self, path):
        if self._account:
            os.chown(path, self._account.pw_uid, self._account.pw_gid)

    def _start(self, command):
        switch = {}
        if self._account:
            switch = {"user": self._account.pw_uid, "group": self._account.pw_gid, "extra_groups": []}
        with open(self.directory / "log", "ab") as log:
            return subprocess.Popen(
                [*self._prefix, *command], stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/",
                env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}, start_new_session=True, **switch)
