"""The stacks that both templates are compared by: each run of stack.tftest.hcl, made by both."""

import json
import os
import re
from pathlib import Path

import hcl2

from cloudformation import Stack

ROOT = Path(__file__).resolve().parents[2]
TERRAFORM = ROOT / "template" / "terraform"
TEMPLATE = (ROOT / "template" / "template.yaml").read_text()


def pascal(name):
    return "".join(part.capitalize() for part in name.split("_"))


def snake(name):
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", name).lower()


def plain(value):
    """A value of Terraform as CloudFormation writes it."""
    if isinstance(value, bool):
        return value
    if isinstance(value, list):
        return ",".join(value)
    return value.strip('"') if isinstance(value, str) else value


def parameter(name, value):
    if name == "database_iam_auth":
        return "1" if value else "0"
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(plain(value)) if name == "load_timeout" else plain(value)


def unquoted(node):
    """What hcl2 read, without the quotes it leaves around names and texts."""
    if isinstance(node, dict):
        return {unquoted(k): unquoted(v) for k, v in node.items() if not k.startswith("__")}
    if isinstance(node, list):
        return [unquoted(item) for item in node]
    return node.strip('"') if isinstance(node, str) else node


def read_hcl(path):
    return unquoted(hcl2.loads(path.read_text()))


# What Terraform knows of any resource, and AWS not.
META = {"count", "for_each", "depends_on", "lifecycle"}


def blocks():
    """Every resource of the configuration: its type and what stands in it."""
    for file in TERRAFORM.glob("*.tf"):
        for block in read_hcl(file).get("resource", []):
            (kind, labels), = block.items()
            for body in labels.values():
                body = {name: value for name, value in body.items() if name not in META}
                for dynamic in body.pop("dynamic", []):
                    body.update({name: part["content"] for name, part in dynamic.items()})
                yield kind, body


def runs():
    """The runs of the test file: name, parameters under CloudFormation's names, and what is refused."""
    for block in read_hcl(TERRAFORM / "tests" / "stack.tftest.hcl")["run"]:
        (name, body), = block.items()
        variables = (body.get("variables") or [{}])[0]
        refused = [pascal(v.removeprefix("${var.").removesuffix("}"))
                   for v in body.get("expect_failures", [])]
        yield name, {pascal(n): parameter(n, v) for n, v in variables.items()}, refused


def states():
    """The state of each run, as `terraform test -json -verbose` told them."""
    found = {}
    for line in Path(os.environ["TEMPLATE_STATES"]).read_text().splitlines():
        record = json.loads(line)
        if record["type"] == "test_state":
            found[record["@testrun"]] = record["test_state"]
    return found


RUNS = list(runs())
VARIANTS = {name: parameters for name, parameters, refused in RUNS if not refused}
STATES = {
    name: [r for r in state["root_module"]["resources"] if r["mode"] == "managed"]
    for name, state in states().items()
}
STACKS = {name: Stack(TEMPLATE, **parameters) for name, parameters in VARIANTS.items()}
# Parameters that neither template takes, and the one that is wrong.
REFUSED = {name: (Stack(TEMPLATE, **parameters), *refused)
           for name, parameters, refused in RUNS if refused}
