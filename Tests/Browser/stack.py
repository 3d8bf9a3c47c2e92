"""The local stack that the browser looks at."""

import contextlib
import json
import pathlib
import subprocess


class Stack:
    def __init__(self, sluice: str, directory: str):
        self.sluice = sluice
        self.directory = directory
        state = json.loads(pathlib.Path(directory, "stack.json").read_text())
        self.front = state["front"]
        self.s3 = state["awsEndpoint"]
        self.database = state["databaseURL"]

    def command(self, *arguments: str, text: str = ""):
        subprocess.run(
            [self.sluice, *arguments, "--directory", self.directory], input=text, text=True,
            check=True, stdout=subprocess.DEVNULL)

    @contextlib.contextmanager
    def held(self, table: str):
        """Keeps the loads of a table waiting, as somebody's long transaction would."""
        holder = subprocess.Popen(
            ["psql", "-qAtX", self.database], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        try:
            holder.stdin.write(f"BEGIN; LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE; SELECT 'held';\n")
            holder.stdin.flush()
            holder.stdout.readline()
            yield
        finally:
            holder.stdin.close()
            holder.wait()

    def fill(self):
        """Loads the sample files and ingests the stub's postings, through S3 and SQS."""
        self.command("demo")

    def add_user(self, name: str, password: str, role: str):
        self.command("users", "--role", role, "add", name, text=password + "\n")
