"""Each function is allowed what its code does, and nothing else.

The policies are read out of both templates, for every variant; the calls out of the sources.
"""

import json
import re
import unittest

import sources
from cloudformation import ACCOUNT, Stack, statements
from variants import STACKS, STATES, TEMPLATE

BUCKET = "arn:aws:s3:::sluice-uploads-123456789012-us-east-1"
QUEUE = f"arn:aws:sqs:us-east-1:{ACCOUNT}:sluice-queue"
FAILURES = f"arn:aws:sqs:us-east-1:{ACCOUNT}:sluice-ingest-dead-letters"

# The resource of a target's calls, on which they have to be allowed.
PLACES = {
    ("CSVLoad", "s3:GetObject"): f"{BUCKET}/uploads/*",
    ("CSVLoad", "s3:GetObjectVersion"): f"{BUCKET}/uploads/*",
    ("CSVLoad", "s3:PutObject"): f"{BUCKET}/rejected/*",
    ("CSVLoad", "s3:AbortMultipartUpload"): f"{BUCKET}/rejected/*",
    ("API", "s3:PutObject"): f"{BUCKET}/uploads/*",
    ("Backups", "s3:GetObject"): f"{BUCKET}/backups/*",
    ("Backups", "s3:PutObject"): f"{BUCKET}/backups/*",
    ("Backups", "s3:AbortMultipartUpload"): f"{BUCKET}/backups/*",
    ("Backups", "s3:DeleteObject"): f"{BUCKET}/backups/*",
    ("API", "sqs:SendMessage"): QUEUE,
    ("JobIngest", "ses:SendEmail"): f"arn:aws:ses:us-east-1:{ACCOUNT}:identity/*",
}

# What a function does not call, and has to be allowed nevertheless.
NETWORK = {
    "ec2:AssignPrivateIpAddresses", "ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface",
    "ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets", "ec2:UnassignPrivateIpAddresses",
}
# S3 reports that an object does not exist only to those who can list the bucket.
MISSING = ("s3:ListBucket", BUCKET)
BESIDES = {
    "csv-load": {
        MISSING,
        # Lambda's poller.
        ("sqs:ReceiveMessage", QUEUE), ("sqs:DeleteMessage", QUEUE),
        ("sqs:GetQueueAttributes", QUEUE),
    },
    # Lambda's own, after the last attempt.
    "job-ingest": {("sqs:SendMessage", FAILURES)},
    "api": {MISSING},
}


def needed(handler, variables):
    """What a handler's code needs in a function with these variables."""
    for target, client, method in sources.calls(handler):
        actions = set(sources.METHODS[client][method])
        if client == "SecretsManagerClient":
            if "DATABASE_SECRET_ARN" in variables:
                yield from ((a, variables["DATABASE_SECRET_ARN"]) for a in actions)
            continue
        if client == "RDSTokenSigner":
            if "DATABASE_IAM_AUTH" in variables:
                yield "rds-db:connect", (
                    f"arn:aws:rds-db:us-east-1:{ACCOUNT}:dbuser:"
                    f"DatabaseCluster.DBClusterResourceId/{variables['PGUSER']}")
            continue
        if client == "SESClient":
            if "REPORT_EMAIL_TO" not in variables:
                continue
            # Of a sender that has one by default.
            yield "ses:SendEmail", f"arn:aws:ses:us-east-1:{ACCOUNT}:configuration-set/*"
        if target == "CSVLoad" and method in ("head", "download"):
            actions.add("s3:GetObjectVersion")  # an event of a versioned bucket names its version
        for action in actions:
            yield action, PLACES.get((target, action), f"what {target} calls it on (see PLACES)")


def faults(handler, variables, in_vpc, policies):
    """What is wrong with the policies of a function."""
    allowed, denied, found = set(), set(), []
    for effect, action, resource, condition, _ in statements(policies):
        (allowed if effect == "Allow" else denied).add((action, resource, condition))
        if effect == "Allow" and "*" in action:
            found.append(f"{handler}: {action} has a wildcard")
        if effect == "Allow" and resource == "*" and action not in NETWORK:
            found.append(f"{handler}: {action} on everything")
    wanted = set(needed(handler, variables)) | BESIDES[handler] | {
        (f"logs:{action}", f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:/aws/lambda/sluice-{handler}:*")
        for action in ("CreateLogStream", "PutLogEvents")}
    if in_vpc:
        wanted |= {(action, "*") for action in NETWORK}
        own = json.dumps({"ArnEquals": {"lambda:SourceFunctionArn":
                          f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:sluice-{handler}"}})
        found += [f"{handler}: {a} is its own" for a in NETWORK if (a, "*", own) not in denied]
    given = {(action, resource) for action, resource, _ in allowed}
    found += [f"{handler}: {a} on {r} is not allowed" for a, r in sorted(wanted - given)]
    found += [f"{handler}: {a} on {r} is allowed and not needed" for a, r in sorted(given - wanted)]
    return found


def functions_of_stack(stack):
    for function in stack.of_type("AWS::Lambda::Function").values():
        role = stack.resources[function["Role"].removesuffix(".Arn")]["Properties"]
        policies = [policy["PolicyDocument"] for policy in role["Policies"]]
        yield (function["Handler"], function["Environment"]["Variables"],
               "VpcConfig" in function, policies)


def functions_of_state(state):
    for function in state:
        if function["type"] == "aws_lambda_function":
            values = function["values"]
            policies = [
                r["values"]["policy"] for r in state if r["type"] == "aws_iam_role_policy"
                and (r.get("index") == values["handler"]
                     or r["name"] == "reports" and values["handler"] == "job-ingest")]
            yield (values["handler"], values["environment"][0]["variables"],
                   bool(values["vpc_config"]), policies)


class Permissions(unittest.TestCase):
    maxDiff = None

    def test_the_template_allows_what_is_called_and_no_more(self):
        for name, stack in STACKS.items():
            seen = 0
            for function in functions_of_stack(stack):
                seen += 1
                with self.subTest(name, handler=function[0]):
                    self.assertEqual(faults(*function), [])
            self.assertEqual(seen, 3)

    def test_terraform_allows_what_is_called_and_no_more(self):
        for name, state in STATES.items():
            seen = 0
            for function in functions_of_state(state):
                seen += 1
                with self.subTest(name, handler=function[0]):
                    self.assertEqual(faults(*function), [])
            self.assertEqual(seen, 3)

    def test_each_kind_of_call_is_found(self):
        found = {(h, c, m) for h in sources.handlers() for _, c, m in sources.calls(h)}
        for expected in [
            ("csv-load", "S3Client", "head"), ("csv-load", "S3Client", "download"),
            ("csv-load", "S3Client", "upload"), ("api", "S3Client", "put"),
            ("api", "S3Client", "presignedPOST"), ("api", "S3Client", "delete"),
            ("api", "SQSClient", "send"), ("job-ingest", "SESClient", "send"),
            ("csv-load", "SecretsManagerClient", "text"), ("api", "RDSTokenSigner", "token"),
        ]:
            self.assertIn(expected, found)

    def test_a_handler_is_held_to_what_it_reaches_of_a_target(self):
        """Rows posted to the API heal records that waited for them, and rewrite their rejects; the
        objects themselves are read by csv-load alone."""
        found = set(sources.calls("api"))
        self.assertIn(("CSVLoad", "S3Client", "upload"), found)
        for method in ("head", "download"):
            self.assertIn(("CSVLoad", "S3Client", method), set(sources.calls("csv-load")))
            self.assertNotIn(("CSVLoad", "S3Client", method), found)
        for handler in sources.handlers():
            self.assertNotIn("CSVFiles", sources.dependencies(sources.target_of(handler)))

    def test_every_line_at_the_top_level_belongs_to_a_declaration(self):
        for target in {t for h in sources.handlers() for t in sources.dependencies(sources.target_of(h))}:
            for text in sources.files(target):
                for line in re.findall(r"^[a-z].*", text, re.M):
                    with self.subTest(target, line=line):
                        self.assertTrue(sources.DECLARATION.match(line) or re.search(r"\bimport\b", line))

    def test_every_client_is_used_where_its_calls_are_found(self):
        """A call under another name than `client`, `s3`, `sqs` or `signer` would go unseen."""
        calls = {c for h in sources.handlers() for _, c, _ in sources.calls(h)}
        for target in sources.features():
            for text in sources.files(target):
                for client in sources.METHODS:
                    made = text.count(f"= try {client}(") + text.count(f"?? {client}(")
                    made += text.count(f"return try {client}(")
                    if made:
                        self.assertIn(client, calls, target)

    def test_every_method_of_a_client_is_known(self):
        methods = sources.client_methods()
        for client, known in sources.METHODS.items():
            with self.subTest(client):
                self.assertEqual(methods[client], set(known))

    def test_fault_49_a_wildcard_permission_is_found(self):
        """fault 49: a wildcard permission planted in either template."""
        for before, after in [
            ("s3:DeleteObject]", "s3:*]"),
            ("Action: rds-db:connect", 'Action: "rds-db:*"'),
            ("Action: sqs:SendMessage\n                Resource: !GetAtt Queue.Arn",
             'Action: sqs:SendMessage\n                Resource: "*"'),
            ("Action: secretsmanager:GetSecretValue", 'Action: "*"'),
        ]:
            with self.subTest(before):
                self.assertIn(before, TEMPLATE)
                stack = Stack(TEMPLATE.replace(before, after), DatabaseIamAuth=(
                    "1" if "rds-db" in before else "0"))
                found = [f for function in functions_of_stack(stack) for f in faults(*function)]
                self.assertTrue(any("wildcard" in f or "everything" in f for f in found), found)
        for handler, variables, in_vpc, policies in functions_of_state(STATES["defaults"]):
            with self.subTest(handler):
                planted = [policy.replace("logs:PutLogEvents", "logs:*") for policy in policies]
                found = faults(handler, variables, in_vpc, planted)
                self.assertIn(f"{handler}: logs:* has a wildcard", found)

    def test_a_permission_too_many_and_one_too_few_are_found(self):
        for before, after in [
            ("s3:PutObject, s3:AbortMultipartUpload]", "s3:PutObject, s3:AbortMultipartUpload, s3:DeleteObject]"),
            ("s3:GetObject, s3:GetObjectVersion]", "s3:GetObject]"),
            ("/rejected/*", "/*"),
        ]:
            with self.subTest(after):
                self.assertIn(before, TEMPLATE)
                stack = Stack(TEMPLATE.replace(before, after))
                self.assertTrue([f for fn in functions_of_stack(stack) for f in faults(*fn)])

    def test_an_open_url_opens_the_function_to_calls_through_it_alone(self):
        given = {name: stack.resources["ApiFunctionUrlInvokePermission"]["Properties"]
                 for name, stack in STACKS.items()
                 if "ApiFunctionUrlInvokePermission" in stack.resources}
        self.assertEqual(given, {"everything": {
            "FunctionName": "ApiAliaslive", "Action": "lambda:InvokeFunction", "Principal": "*",
            "InvokedViaFunctionUrl": True}})

    def test_the_schedule_may_do_what_it_does(self):
        for name, stack in STACKS.items():
            role = stack.resources["IngestScheduleRole"]["Properties"]
            given = {(a, r) for _, a, r, _, _ in statements(
                [p["PolicyDocument"] for p in role["Policies"]])}
            live = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:sluice-job-ingest:live"
            other, = [r["values"]["policy"] for r in STATES[name]
                      if r["address"] == "aws_iam_role_policy.ingest_schedule"]
            with self.subTest(name):
                self.assertEqual(
                    given, {("lambda:InvokeFunction", live), ("sqs:SendMessage", FAILURES)})
                self.assertEqual(given, {(a, r) for _, a, r, _, _ in statements([other])})


if __name__ == "__main__":
    unittest.main()
