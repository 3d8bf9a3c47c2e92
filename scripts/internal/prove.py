#!/usr/bin/env python3
"""Proves that the package starts and works where nothing else is installed.

The zip is unpacked into an empty root that also contains /dev with its five usual devices, /proc, /tmp and
/etc/resolv.conf. Only /tmp is writable, and the user has no rights. In a network of its own, the official
emulator runs each handler there: csv-load reads a file from S3 over TLS with a private authority and
writes it to PostgreSQL over TLS with verify-full, api returns it, and job-ingest queries a stub of USAJOBS.
A DNS server of its own resolves every name. A server whose certificate lacks its name is rejected.

Runs as root, or as any user who can create namespaces; otherwise it uses sudo.
"""

import argparse
import fcntl
import http.client
import json
import os
import pwd
import re
import shutil
import socket
import ssl
import struct
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

from postgres_cluster import PostgresCluster

HOME = Path(__file__).resolve().parents[2]
TOOLS = HOME / ".build/tools"
SLUICE = HOME / ".build/debug/sluice"
ZONE = "sluice.test"
NAMES = {f"db.{ZONE}", f"wrong.{ZONE}", f"s3.{ZONE}", f"jobs.{ZONE}"}
CSV = "id,department\n1,Supply Chain\n2,Maintenance\n3,Staff\n"
NOBODY = "65534"
WHY_NOT = """it needs mounts and a network of its own, which the system refuses: {}
In a container give it --privileged. Where AppArmor keeps namespaces from users, as in Ubuntu 24.04,
run it by sudo."""


def outside():
    """Starts again inside namespaces, and removes the folder where what they mount is never seen."""
    ways = [["unshare", "--user", "--map-root-user", "--mount", "--net"]]
    if os.geteuid() == 0:
        ways.insert(0, ["unshare", "--mount", "--net"])
    with tempfile.TemporaryDirectory(prefix="sluice-prove-") as folder:
        os.chmod(folder, 0o755)
        # Of the two runs inside, the first (SLUICE_PROVE_TRY) only sees whether this way may mount.
        for way in ways:
            inside = [*way, sys.executable, __file__, *sys.argv[1:]]
            variables = {**os.environ, "SLUICE_PROVE": folder, "SLUICE_PROVE_AS": way[1]}
            attempt = subprocess.run(inside, env={**variables, "SLUICE_PROVE_TRY": "1"}, capture_output=True, text=True)
            if attempt.returncode == 0:
                return subprocess.run(inside, env=variables).returncode
    if os.geteuid() != 0 and shutil.which("sudo"):
        os.execvp("sudo", ["sudo", sys.executable, __file__, *sys.argv[1:]])
    return "scripts/internal/prove.py: " + WHY_NOT.format((attempt.stderr.strip().splitlines() or ["no reason was given"])[-1])


def mount(*arguments):
    subprocess.run(["mount", *arguments], check=True)


def raise_loopback():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        flags = struct.pack("16sh14x", b"lo", 0x1 | 0x40)  # IFF_UP | IFF_RUNNING
        fcntl.ioctl(any_socket, 0x8914, flags)  # SIOCSIFFLAGS


class NameServer(threading.Thread):
    """Answers A queries for our names with 127.0.0.1, and everything else with nothing."""

    def __init__(self):
        super().__init__(daemon=True)
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 53))
        self.asked = set()

    def run(self):
        while True:
            query, client = self.socket.recvfrom(512)
            labels, at = [], 12
            while query[at]:
                labels.append(query[at + 1 : at + 1 + query[at]].decode("latin-1").lower())
                at += 1 + query[at]
            name, kind = ".".join(labels), query[at + 1 : at + 3]
            question = query[12 : at + 5]
            self.asked.add(name)
            known, is_address = name in NAMES, kind == b"\0\1"
            answer = b"\xc0\x0c\0\1\0\1\0\0\0\x05\0\4\x7f\0\0\1" if known and is_address else b""
            head = query[:2] + (b"\x81\x80" if known else b"\x81\x83") + b"\0\1"
            counts = (b"\0\1" if answer else b"\0\0") + b"\0\0\0\0"
            self.socket.sendto(head + counts + question + answer, client)


class Stage:
    """The root, the authority, and everything that has to be stopped."""

    def __init__(self, folder, is_root):
        self.folder = folder
        self.is_root = is_root
        self.processes = []
        self.root = folder / "root"
        self.root.mkdir()
        # Within a namespace of a user there is nobody else; a namespace in it gives another number.
        postgres = str(pwd.getpwnam("postgres").pw_uid)
        another = ["unshare", "--user"]
        if is_root:
            self.as_postgres = []
            enter = ["chroot", f"--userspec={NOBODY}:{NOBODY}", f"--groups={NOBODY}", self.root]
        else:
            self.as_postgres = [*another, f"--map-user={postgres}", f"--map-group={postgres}", "--"]
            enter = [*another, f"--map-user={NOBODY}", f"--map-group={NOBODY}", f"--root={self.root}", "--wd=/"]
        self.enter = folder / "enter"
        self.enter.write_text(f"#!/bin/sh\nexec {' '.join(map(str, enter))} /bootstrap\n")
        self.enter.chmod(0o755)

    def furnish(self, package):
        """Makes the root, of which only /tmp can be written when it is done."""
        mount("-t", "tmpfs", "tmpfs", self.root)
        self.root.chmod(0o755)
        for name in ("dev", "proc", "tmp", "etc"):
            (self.root / name).mkdir()
        subprocess.run(["unzip", "-q", package, "-d", self.root], check=True)
        (self.root / "etc/resolv.conf").write_text("nameserver 127.0.0.1\n")
        self.plant_name_service()
        for name in ("null", "zero", "full", "random", "urandom"):
            (self.root / "dev" / name).touch()
            mount("--bind", f"/dev/{name}", self.root / "dev" / name)
        mount("--rbind", "/proc", self.root / "proc")
        mount("-t", "tmpfs", "tmpfs", self.root / "tmp")
        self.make_certificates()
        mount("-o", "remount,bind,ro", self.root)

    def plant_name_service(self):
        """A source of names that ends whoever loads it: the package may not."""
        (self.root / "etc/nsswitch.conf").write_text(
            "hosts: planted files dns\npasswd: planted files\nservices: planted files\n")
        library = self.root / "lib/x86_64-linux-gnu/libnss_planted.so.2"
        library.parent.mkdir(parents=True)
        source = self.folder / "planted.c"
        source.write_text("__attribute__((constructor)) static void end(void) { __builtin_trap(); }\n")
        subprocess.run(["cc", "-shared", "-nostdlib", "-fPIC", "-o", library, source], check=True)

    def make_certificates(self):
        def openssl(*arguments):
            subprocess.run(["openssl", *arguments], check=True, capture_output=True, cwd=self.folder)

        openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=proof",
                "-keyout", "ca.key", "-out", "ca.pem")
        openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=server",
                "-keyout", "server.key", "-out", "server.csr")
        names = ",".join(f"DNS:{name}.{ZONE}" for name in ("db", "s3", "jobs"))
        (self.folder / "names").write_text(f"subjectAltName={names}\n")
        openssl("x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key",
                "-CAcreateserial", "-days", "2", "-extfile", "names", "-out", "server.pem")
        shutil.copy(self.folder / "ca.pem", self.root / "tmp/ca.pem")

    def start(self, arguments, name, **options):
        log = open(self.folder / f"{name}.log", "ab")
        process = subprocess.Popen(
            arguments, stdout=options.pop("stdout", log), stderr=log, stdin=subprocess.DEVNULL,
            start_new_session=True, **options)
        self.processes.append(process)
        return process

    def stop(self):
        for process in reversed(self.processes):
            try:
                os.killpg(process.pid, 15)
                process.wait(10)
            except (ProcessLookupError, subprocess.TimeoutExpired):
                process.kill()

    def tell_logs(self):
        for log in [*sorted(self.folder.glob("*.log")), *self.folder.glob("postgres/log")]:
            lines = log.read_text(errors="replace").splitlines()[-15:]
            print(f"-- {log.relative_to(self.folder)}", *lines, sep="\n", file=sys.stderr)


def wait_for(port, process):
    for _ in range(300):
        if process.poll() is not None:
            break
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"nothing listens on port {port}")


def start_postgres(stage):
    cluster = PostgresCluster(stage.folder / "postgres", stage.as_postgres)
    tls = cluster.install_certificate(stage.folder / "server.pem", stage.folder / "server.key")
    (cluster.data / "pg_hba.conf").write_text("hostssl all all 127.0.0.1/32 scram-sha-256\nlocal all all trust\n")
    cluster.start({**tls, "listen_addresses": "127.0.0.1", "fsync": "off"})
    stage.processes.append(cluster.process)
    cluster.run_sql("CREATE ROLE sluice SUPERUSER LOGIN PASSWORD 'proof'")


def start_s3(stage):
    server = stage.start(
        [TOOLS / "venv/bin/moto_server", "-H", "127.0.0.1", "-p", "5443",
         "-c", stage.folder / "server.pem", "-k", stage.folder / "server.key"], "s3",
        # The address has a name with dots, whose first part is no bucket.
        env={**os.environ, "S3_IGNORE_SUBDOMAIN_BUCKETNAME": "true"})
    wait_for(5443, server)
    trust = ssl.create_default_context(cafile=stage.folder / "ca.pem")
    for path, body in [("", b""), ("/uploads/departments/departments.csv", CSV.encode())]:
        # The system's resolver does not know our names; the certificate is checked all the same.
        connection = http.client.HTTPSConnection("127.0.0.1", 5443, context=trust)
        plain = socket.create_connection(("127.0.0.1", 5443))
        connection.sock = trust.wrap_socket(plain, server_hostname=f"s3.{ZONE}")
        credential = "AWS4-HMAC-SHA256 Credential=proof/20260101/us-east-1/s3/aws4_request"
        connection.request("PUT", f"/proof{path}", body, {"Authorization": credential})
        answer = connection.getresponse()
        if answer.status != 200:
            raise RuntimeError(f"S3 answered {answer.status}: {answer.read()[:300]}")
        connection.close()


class Function:
    """The emulator with one handler inside the root."""

    port = 9000

    def __init__(self, stage, handler, **variables):
        Function.port += 2
        self.address = f"127.0.0.1:{Function.port}"
        url = f"postgresql://sluice:proof@db.{ZONE}/postgres?sslmode=verify-full"
        self.process = stage.start(
            [TOOLS / "aws-lambda-rie", "--runtime-interface-emulator-address", self.address,
             "--runtime-api-address", f"127.0.0.1:{Function.port + 1}", stage.enter],
            f"function-{handler}",
            env={
                "PATH": os.environ["PATH"], "_HANDLER": handler, "AWS_REGION": "us-east-1",
                "AWS_ACCESS_KEY_ID": "proof", "AWS_SECRET_ACCESS_KEY": "proof",
                "AWS_ENDPOINT_URL": f"https://s3.{ZONE}:5443", "CA_BUNDLE": "/tmp/ca.pem",
                "DATABASE_URL": url, "PGSSLROOTCERT": "/tmp/ca.pem", "LAMBDA_TASK_ROOT": "/",
                "AWS_LAMBDA_FUNCTION_TIMEOUT": "60", **variables,
            })
        wait_for(Function.port, self.process)

    def invoke(self, event):
        request = urllib.request.Request(
            f"http://{self.address}/2015-03-31/functions/function/invocations",
            data=json.dumps(event).encode())
        try:
            with urllib.request.urlopen(request, timeout=90) as answer:
                text = answer.read()
        except urllib.error.HTTPError as error:
            text = error.read()
        try:
            return json.loads(text)
        except ValueError:
            # The emulator's own words, when the function did not answer.
            raise RuntimeError(text.decode("utf-8", "replace").strip() or "no answer") from None


def event(name):
    return json.loads((HOME / "events" / name).read_text())


def expect(what, holds, answer):
    if not holds:
        raise RuntimeError(f"{what}: {json.dumps(answer)[:1500]}")
    print(f"  {what}")


def prove(stage):
    names = NameServer()
    names.start()
    start_postgres(stage)
    start_s3(stage)

    put = event("csv-load.s3-put.json")
    put["Records"][0]["s3"]["bucket"]["name"] = "proof"
    put["Records"][0]["s3"]["object"] = {"key": "uploads/departments/departments.csv", "size": len(CSV)}
    wrong = f"postgresql://sluice:proof@wrong.{ZONE}/postgres?sslmode=verify-full"
    for what, reason, variables in [
        ("a database under a name that its certificate does not have",
         "does not match host name", {"DATABASE_URL": wrong}),
        ("a database that no authority in the zip vouches for",
         "certificate verify failed", {"PGSSLROOTCERT": "/ca-bundle.crt"}),
        ("an S3 that no authority in the zip vouches for",
         "s3 HeadObject: TLSFailed", {"CA_BUNDLE": "/ca-bundle.crt"}),
    ]:
        answer = Function(stage, "csv-load", **variables).invoke(put)
        expect(f"{what} is refused", reason in json.dumps(answer), answer)
    answer = Function(stage, "csv-load").invoke(put)
    load = answer.get("loads", [{}])[0]
    expect("csv-load takes a file from S3 over TLS and writes it to PostgreSQL with verify-full",
           load.get("status") == "loaded" and load.get("inserted") == 3, answer)

    get = event("api.http-v2.json")
    get["rawQueryString"] = "table_name=departments&num_records=2"
    get["queryStringParameters"] = {"table_name": "departments", "num_records": "2"}
    api = Function(stage, "api", API_ACCESS="open-reads")
    answer = api.invoke(get)
    rows = json.loads(answer["body"]) if answer.get("statusCode") == 200 and not answer.get("isBase64Encoded") else None
    expect("api answers /read/first-chunk",
           rows == [{"id": 1, "department": "Supply Chain"}, {"id": 2, "department": "Maintenance"}],
           answer)
    get["rawPath"] = get["requestContext"]["http"]["path"] = "/"
    get["rawQueryString"], get["headers"] = "", {}
    del get["queryStringParameters"]
    answer = api.invoke(get)
    expect("api answers with its pages", "<!doctype html>" in answer.get("body", "").lower(), answer)

    stub = stage.start([SLUICE, "usajobs-stub", "--postings", "30"], "usajobs", stdout=subprocess.PIPE)
    endpoint = stub.stdout.readline().decode().strip()
    endpoint = re.sub(r"//[^:/]+", f"//jobs.{ZONE}", endpoint)
    answer = Function(
        stage, "job-ingest", USAJOBS_ENDPOINT=endpoint, USAJOBS_API_KEY="proof",
        USAJOBS_EMAIL="proof@example.com", USAJOBS_PAUSE_MS="0",
    ).invoke({"name": "proof", "postedWithinDays": 60})
    expect("job-ingest takes postings", answer.get("inserted", 0) > 0, answer)
    expect("every name came from the DNS server", NAMES <= names.asked, sorted(names.asked))


def main():
    parser = argparse.ArgumentParser(
        prog="scripts/internal/prove.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "package", metavar="FILE.zip", nargs="?", default=HOME / ".build/package/bootstrap.zip",
        help="default: .build/package/bootstrap.zip")
    package = Path(parser.parse_args().package).resolve()
    if "SLUICE_PROVE" not in os.environ:
        sys.exit(outside())
    os.umask(0o022)
    raise_loopback()
    folder = Path(os.environ["SLUICE_PROVE"])
    if "SLUICE_PROVE_TRY" in os.environ:
        return mount("-t", "tmpfs", "tmpfs", folder)
    as_user = os.environ["SLUICE_PROVE_AS"] == "--user"
    print(f"{package.name} in an empty root{', in namespaces of a user' if as_user else ''}:", flush=True)
    stage = Stage(folder, is_root=not as_user)
    try:
        stage.furnish(package)
        prove(stage)
    # Whatever it is, the logs say more.
    except Exception as error:
        stage.tell_logs()
        sys.exit(f"scripts/internal/prove.py: {error}")
    finally:
        stage.stop()


main()
