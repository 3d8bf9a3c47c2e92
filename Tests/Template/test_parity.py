"""Both templates make the same stack, of the handlers and settings that the code has."""

import json
import re
import unittest
from collections import Counter

import sources
from cloudformation import Stack
from compared import cloudformation, of_cloudformation, terraform, uncompared
from shapes import BY_TERRAFORM, TERRAFORM_PARTS
from variants import (
    REFUSED, ROOT, STACKS, STATES, TEMPLATE, TERRAFORM, VARIANTS, blocks, pascal, parameter, read_hcl,
    snake)


def differences(stack, state):
    here, there = Counter(cloudformation(stack)), Counter(terraform(state))
    return sorted(f"template.yaml: {k}" for k in here - there) + sorted(
        f"terraform: {k}" for k in there - here)


def unknown(stack):
    """The properties of a stack that nothing compares, and that are not left out with a reason."""
    return sorted({f"{pair.cloudformation}: {name}" for pair, properties in
                   of_cloudformation(stack).values() for name in uncompared(pair, 0, properties)})


def unknown_of_terraform(resources):
    """The same of Terraform's configuration, where it says something of its own."""
    found = set()
    for kind, body in resources:
        owner, part, link = TERRAFORM_PARTS.get(kind, (kind, "", ""))
        attributes = {name: value for name, value in body.items() if name != link}
        pair = BY_TERRAFORM[owner]
        found |= {f"{kind}: {name}" for name in uncompared(
            pair, 1, {part: attributes} if part else attributes)}
    return sorted(found)


class Parity(unittest.TestCase):
    maxDiff = None

    def test_both_make_the_same_resources(self):
        self.assertGreaterEqual(len(STACKS), 5)
        for name, stack in STACKS.items():
            with self.subTest(name):
                self.assertEqual(differences(stack, STATES[name]), [])

    def test_every_property_is_compared_or_left_out_with_a_reason(self):
        for name, stack in STACKS.items():
            with self.subTest(name):
                self.assertEqual(unknown(stack), [])
        self.assertEqual(unknown_of_terraform(blocks()), [])

    def test_a_difference_is_found(self):
        """What is planted into template.yaml, and what the comparison then has to tell."""
        function_url = "FunctionName: !Ref {}.Alias\n      Action: lambda:InvokeFunctionUrl"
        for variant, planted in {
            "defaults": [
                ("SLUICE_QUEUE_URL: !Ref Queue", "SLUICE_QUEUE: !Ref Queue", '"SLUICE_QUEUE"'),
                ("Handler: csv-load", "Handler: csv-loader", '"csv-loader"'),
                ("maxReceiveCount: 5", "maxReceiveCount: 4", '"maxReceiveCount": "4"'),
                ("RouteKey: GET /health", "RouteKey: GET /healthy", "GET /healthy"),
                ("DatabaseName: sluice", "DatabaseName: other", '"database_name": "other"'),
                ("          ToPort: !Ref DatabasePort", "          ToPort: 65535", '"65535"'),
                ("CidrIpv6: ::/0", "CidrIpv6: 2001:db8::/32", "2001:db8::/32"),
                ("CidrIp: 127.0.0.1/32", "CidrIp: 127.0.0.0/8", "127.0.0.0/8"),
                ("AllowedMethods: [POST]", "AllowedMethods: [PUT]", '["PUT"]'),
                ("TransitionInDays: 30", "TransitionInDays: 61", '"days": "61"'),
                ("RestrictPublicBuckets: true", "RestrictPublicBuckets: false",
                 '"public_access_block.restrict_public_buckets": "false"'),
                ("Role: !GetAtt JobIngestRole.Arn", "Role: !GetAtt IngestScheduleRole.Arn",
                 "lambda:InvokeFunction"),
                ("IntegrationUri: !Ref Api.Alias", "IntegrationUri: !Ref JobIngest.Alias",
                 "aws_apigatewayv2_integration"),
                ('rds.force_ssl: "1"', 'rds.force_ssl: "0"', '"rds.force_ssl": "0"'),
                ("            Threshold: 80", "            Threshold: 91", '"91"'),
                ("AlarmDescription: Records", "AlarmDescription: Some records", "Some records"),
                ("Action: sqs:SendMessage\n                Resource: !GetAtt Queue.Arn",
                 "Action: sqs:SendMessage\n                Resource: !GetAtt DeadLetters.Arn",
                 "sqs:us-east-1:123456789012:sluice-dead-letters"),
            ],
            "endpoints": [
                ("FromPort: 443\n          ToPort: 443\n          SourceSecurityGroupId: !Ref FunctionSecurityGroup",
                 "FromPort: 443\n          ToPort: 443\n          SourceSecurityGroupId: !Ref DatabaseSecurityGroup",
                 '"SecurityGroupId": "aws_security_group {\\"description\\": \\"The database'),
                ("PrivateDnsEnabled: true", "PrivateDnsEnabled: false",
                 "us-east-1.sqs"),
            ],
            "everything": [
                ("      NatGatewayId: !Ref NatGateway", "      GatewayId: !Ref InternetGateway", "aws_route "),
                ("      SubnetId: !Ref PublicSubnet", "      SubnetId: !Ref PrivateSubnetA",
                 "aws_nat_gateway"),
                ("RouteTableIds: [!Ref PrivateRoutes]", "RouteTableIds: [!Ref PublicRoutes]",
                 "aws_vpc_endpoint"),
                (function_url.format("Api"), function_url.format("JobIngest"), "aws_lambda_permission"),
            ],
        }.items():
            changed = TEMPLATE
            for before, after, _ in planted:
                self.assertIn(before, changed)
                changed = changed.replace(before, after)
            found = "\n".join(
                d for d in differences(Stack(changed, **VARIANTS[variant]), STATES[variant])
                if d.startswith("template.yaml"))
            for _, after, told in planted:
                with self.subTest(after):
                    self.assertIn(told, found)

    def test_a_property_of_one_alone_is_found(self):
        changed, wanted = TEMPLATE, []
        for before, added, name in [
            ("      Timeout: 29\n", "      EphemeralStorage: { Size: 1024 }\n",
             "AWS::Lambda::Function: EphemeralStorage.Size"),
            ("          - Id: rejects\n", "            ObjectSizeLessThan: \"9\"\n",
             "AWS::S3::Bucket: LifecycleConfiguration.Rules.ObjectSizeLessThan"),
            ("      SqsManagedSseEnabled: true\n", "      DelaySeconds: 1\n",
             "AWS::SQS::Queue: DelaySeconds"),
        ]:
            self.assertIn(before, changed)
            changed = changed.replace(before, before + added)
            wanted.append(name)
        self.assertEqual(unknown(Stack(changed)), sorted(wanted))
        for kind, body, wanted in [
            ("aws_security_group", {"revoke_rules_on_delete": True}, "revoke_rules_on_delete"),
            ("aws_s3_bucket_versioning", {"mfa": "1"}, "versioning.mfa"),
            ("aws_budgets_budget", {"notification": [{"subscriber_email_addresses": ["a@b"]}]},
             "notification.subscriber_email_addresses"),
        ]:
            with self.subTest(kind):
                self.assertEqual(unknown_of_terraform([(kind, body)]), [f"{kind}: {wanted}"])

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

    def test_rules_use_no_function_that_rules_do_not_have(self):
        """CloudFormation refuses others when it makes a change set, and no linter does."""
        known = {"And", "Contains", "EachMemberEquals", "EachMemberIn", "Equals", "Not", "Or",
                 "RefAll", "ValueOf", "ValueOfAll"}
        rules = json.dumps(STACKS["defaults"].template["Rules"])
        self.assertLessEqual(set(re.findall(r'"Fn::(\w+)"', rules)), known)

    def test_both_refuse_a_parameter_without_the_other_that_it_needs(self):
        seen = set()
        for name, (stack, wrong) in REFUSED.items():
            with self.subTest(name):
                self.assertEqual([said.split()[0] for said in stack.refusals()], [wrong])
                seen.update(stack.refusals())
        self.assertEqual(seen, {
            assertion["AssertDescription"] for rule in STACKS["defaults"].template["Rules"].values()
            for assertion in rule["Assertions"]})
        for name, stack in STACKS.items():
            with self.subTest(name):
                self.assertEqual(stack.refusals(), [])

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
        self.assertEqual(sources.metric_dimensions(), {("FunctionName", "Table"), ("FunctionName",)})
        for query in ("""SCHEMA(Sluice, FunctionName, "Table") WHERE FunctionName = 'sluice-csv-load'""",
                      """{Sluice,FunctionName,Table} FunctionName="sluice-csv-load" """,
                      '"Sluice", "PostingsFound", "FunctionName", "sluice-job-ingest"'):
            self.assertIn(query, text.replace("\\", ""))

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
