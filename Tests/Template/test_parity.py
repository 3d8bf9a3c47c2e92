"""Both templates make the same stack, of the handlers and settings that the code has."""

import json
import unittest
from collections import Counter

import shapes
import sources
from cloudformation import Stack
from variants import ROOT, STACKS, STATES, TEMPLATE, TERRAFORM, pascal, parameter, read_hcl, snake


def listed(pairs):
    return Counter(f"{kind} {json.dumps(shape, sort_keys=True)}" for kind, shape in pairs)


def of_cloudformation(stack):
    """What the template makes, in Terraform's words."""
    known = {kind: (other, shape) for kind, shape, other, _ in shapes.PAIRS}
    for name, resource in stack.resources.items():
        kind = resource["Type"]
        if kind in shapes.CLOUDFORMATION_ONLY or name in shapes.CLOUDFORMATION_ONLY_NAMES:
            continue
        other, shape = known[kind]
        yield other, shape(resource["Properties"])


def of_terraform(state):
    known = {kind: shape for _, _, kind, shape in shapes.PAIRS}
    for resource in state:
        if resource["type"] not in shapes.TERRAFORM_ONLY:
            shape = known[resource["type"]](resource["values"])
            if resource["type"] == "aws_lambda_function" and shape["reserved"] == "-1":
                shape["reserved"] = None  # Terraform's word for none
            yield resource["type"], shape


def differences(stack, state):
    here, there = listed(of_cloudformation(stack)), listed(of_terraform(state))
    return sorted(f"template.yaml: {k}" for k in here - there) + sorted(
        f"terraform: {k}" for k in there - here)


class Parity(unittest.TestCase):
    maxDiff = None

    def test_both_make_the_same_resources(self):
        self.assertGreaterEqual(len(STACKS), 5)
        for name, stack in STACKS.items():
            with self.subTest(name):
                self.assertEqual(differences(stack, STATES[name]), [])
                bucket, = stack.of_type("AWS::S3::Bucket").values()
                self.assertEqual(
                    shapes.bucket_of_cloudformation(bucket),
                    shapes.bucket_of_terraform(STATES[name]))

    def test_a_difference_is_found(self):
        state = STATES["defaults"]
        for before, after in [
            ("SLUICE_QUEUE_URL: !Ref Queue", "SLUICE_QUEUE: !Ref Queue"),
            ("Handler: csv-load", "Handler: csv-loader"),
            ("maxReceiveCount: 5", "maxReceiveCount: 4"),
            ("RouteKey: GET /health", "RouteKey: GET /healthy"),
            ("        DatabaseName: sluice".strip(), "DatabaseName: other"),
        ]:
            with self.subTest(before):
                self.assertIn(before, TEMPLATE)
                changed = Stack(TEMPLATE.replace(before, after))
                self.assertNotEqual(differences(changed, state), [])

    def test_both_have_the_same_parameters(self):
        template = STACKS["defaults"].template["Parameters"]
        variables = {}
        for file in TERRAFORM.glob("variables*.tf"):
            for block in read_hcl(file)["variable"]:
                (name, body), = block.items()
                variables[name] = body
        # What CloudFormation has of itself, what it takes from CodeUri, and Release, without which
        # Terraform publishes every change.
        self.assertEqual(
            {pascal(name) for name in variables} - {"StackName", "Package"},
            set(template) - {"Release"})
        for name, spec in template.items():
            if name == "Release":
                continue
            variable = variables[snake(name)]
            with self.subTest(name):
                self.assertEqual(
                    str(parameter(snake(name), variable["default"])), str(spec["Default"]))
                self.assertEqual(variable.get("sensitive", False), spec.get("NoEcho", False))

    def test_both_have_the_same_outputs(self):
        outputs = {pascal(next(iter(o))) for o in read_hcl(TERRAFORM / "outputs.tf")["output"]}
        self.assertEqual(outputs, set(STACKS["defaults"].template["Outputs"]))

    def test_every_parameter_is_in_the_documents(self):
        table = (ROOT / "docs" / "templates.md").read_text()
        for name, spec in STACKS["defaults"].template["Parameters"].items():
            default = f"`{spec['Default']}`" if spec["Default"] != "" else ""
            with self.subTest(name):
                self.assertIn(f"| `{name}` | {default} | {spec['Description']} |", table)

    def test_every_output_is_in_the_documents(self):
        table = (ROOT / "docs" / "templates.md").read_text()
        for name, spec in STACKS["defaults"].template["Outputs"].items():
            with self.subTest(name):
                self.assertIn(f"| `{name}` | {spec['Description']} |", table)


class Code(unittest.TestCase):
    def test_the_handlers_are_those_that_are_registered(self):
        functions = STACKS["defaults"].of_type("AWS::Lambda::Function")
        self.assertEqual(
            sorted(f["Handler"] for f in functions.values()), sorted(sources.handlers()))

    def test_a_function_gets_no_variable_that_its_handler_does_not_read(self):
        for name, stack in STACKS.items():
            for function in stack.of_type("AWS::Lambda::Function").values():
                read = sources.variables(function["Handler"])
                with self.subTest(name, handler=function["Handler"]):
                    self.assertEqual(set(function["Environment"]["Variables"]) - read, set())

    def test_a_function_gets_every_variable_that_its_handler_reads(self):
        given = {handler: set() for handler in sources.handlers()}
        for stack in STACKS.values():
            for function in stack.of_type("AWS::Lambda::Function").values():
                given[function["Handler"]] |= set(function["Environment"]["Variables"])
        for handler, names in given.items():
            left = sources.variables(handler) - names - set(sources.NOT_SET)
            with self.subTest(handler):
                self.assertEqual(left, sources.NOT_SET_FOR.get(handler, set()))

    def test_the_metrics_of_alarms_and_dashboard_are_written(self):
        written = sources.metrics()
        text = json.dumps(STACKS["everything"].resources)
        for name in ("RecordsRejected", "RecordsRead", "PostingsFound", "PostingsChanged",
                     "PostingsRejected"):
            self.assertIn(name, text)
            self.assertIn(name, written)

    def test_the_log_of_a_failed_load_is_what_its_filter_looks_for(self):
        loader = (ROOT / "Sources/Handlers/CSVLoad/ObjectLoader.swift").read_text()
        self.assertIn('log.warn(\n        "Load failed"', loader)
        self.assertIn('$.message = "Load failed"', TEMPLATE)

    def test_the_queue_waits_six_times_as_long_as_the_function(self):
        for name, stack in STACKS.items():
            function, = [f for f in stack.of_type("AWS::Lambda::Function").values()
                         if f["Handler"] == "csv-load"]
            queue = stack.resources["Queue"]["Properties"]
            with self.subTest(name):
                self.assertGreaterEqual(queue["VisibilityTimeout"], 6 * int(function["Timeout"]))


if __name__ == "__main__":
    unittest.main()
