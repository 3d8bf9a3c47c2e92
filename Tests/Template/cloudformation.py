"""Reads template.yaml as SAM and CloudFormation do: its resources, for given parameters."""

import functools
import ipaddress
import json
import logging
import os
import re

os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")
logging.disable(logging.WARNING)

from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator
from samtranslator.yaml_helper import yaml_parse

ABSENT = object()
ACCOUNT = "123456789012"
PSEUDO = {
    "AWS::StackName": "sluice",
    "AWS::AccountId": ACCOUNT,
    "AWS::Region": "us-east-1",
    "AWS::Partition": "aws",
    "AWS::URLSuffix": "amazonaws.com",
    "AWS::NoValue": ABSENT,
}


@functools.cache
def translated(text):
    """The template in plain CloudFormation."""
    template = yaml_parse(text)
    template["Globals"]["Function"]["CodeUri"] = "s3://bucket/key"
    return Translator({}, Parser()).translate(template, {})


class Reference(str):
    """A resource, or an attribute of one, that only AWS could tell the value of."""


class Stack:
    """What CloudFormation would make of a template; what only AWS knows has a name made up."""

    def __init__(self, text, **parameters):
        self.template = translated(text)
        self.parameters = {
            name: parameters.pop(name, spec["Default"])
            for name, spec in self.template["Parameters"].items()
        }
        assert not parameters, f"the template has no parameters {parameters}"
        self.resources = {
            name: {**resource, "Properties": self.value(resource.get("Properties", {}))}
            for name, resource in self.template["Resources"].items()
            if "Condition" not in resource or self.condition(resource["Condition"])
        }

    def of_type(self, kind):
        return {n: r["Properties"] for n, r in self.resources.items() if r["Type"] == kind}

    def condition(self, name):
        return self.value(self.template["Conditions"][name])

    def refusals(self):
        """What the rules have against the parameters."""
        return [
            assertion["AssertDescription"]
            for rule in self.template["Rules"].values() if self.value(rule["RuleCondition"])
            for assertion in rule["Assertions"] if not self.value(assertion["Assert"])]

    def value(self, node):
        if isinstance(node, list):
            values = [self.value(item) for item in node]
            return [value for value in values if value is not ABSENT]
        if not isinstance(node, dict):
            return node
        if len(node) == 1:
            (key, argument), = node.items()
            if key == "Ref":
                return self.ref(argument)
            if key == "Condition" and isinstance(argument, str):
                return self.condition(argument)
            if key.startswith("Fn::"):
                return getattr(self, "fn_" + key[4:].lower())(argument)
        values = {key: self.value(item) for key, item in node.items()}
        return {key: value for key, value in values.items() if value is not ABSENT}

    def ref(self, name):
        if name in PSEUDO:
            return PSEUDO[name]
        if name in self.parameters:
            value = self.parameters[name]
            if self.template["Parameters"][name]["Type"] == "CommaDelimitedList":
                return value.split(",")
            return value
        resource = self.template["Resources"][name]
        properties = resource["Properties"] if "Properties" in resource else {}
        kind = resource["Type"]
        if kind == "AWS::SQS::Queue":
            return f"https://sqs.us-east-1.amazonaws.com/{ACCOUNT}/{self.value(properties['QueueName'])}"
        if kind == "AWS::SNS::Topic":
            return f"arn:aws:sns:us-east-1:{ACCOUNT}:{self.value(properties['TopicName'])}"
        if kind == "AWS::Logs::LogGroup":
            return self.value(properties["LogGroupName"])
        if kind == "AWS::Lambda::Function":
            return self.value(properties["FunctionName"])
        if kind == "AWS::CloudWatch::Dashboard":
            return self.value(properties["DashboardName"])
        return Reference(name)

    def fn_getatt(self, argument):
        name, attribute = argument if isinstance(argument, list) else argument.split(".", 1)
        properties = self.template["Resources"][name].get("Properties", {})
        if (name, attribute) == ("DatabaseCluster", "MasterUserSecret.SecretArn"):
            return f"arn:aws:secretsmanager:us-east-1:{ACCOUNT}:secret:rds"
        if attribute == "Arn" and "QueueName" in properties:
            return f"arn:aws:sqs:us-east-1:{ACCOUNT}:{self.value(properties['QueueName'])}"
        if attribute == "Ipv6CidrBlocks":
            return ["2001:db8::/56"]
        return Reference(f"{name}.{attribute}")

    def fn_sub(self, argument):
        text, names = argument if isinstance(argument, list) else (argument, {})

        def replacement(match):
            name = match[1]
            if name in names:
                return str(self.value(names[name]))
            return str(self.fn_getatt(name) if "." in name else self.ref(name))

        return re.sub(r"\$\{([A-Za-z0-9:.]+)\}", replacement, text)

    def fn_if(self, argument):
        name, then, otherwise = argument
        return self.value(then if self.condition(name) else otherwise)

    def fn_equals(self, argument):
        left, right = self.value(argument)
        return str(left) == str(right)

    def fn_not(self, argument):
        return not self.value(argument)[0]

    def fn_and(self, argument):
        return all(self.value(argument))

    def fn_or(self, argument):
        return any(self.value(argument))

    def fn_eachmemberequals(self, argument):
        members, wanted = self.value(argument)
        return all(member == wanted for member in members)

    def fn_join(self, argument):
        separator, parts = self.value(argument)
        return separator.join(str(part) for part in parts)

    def fn_split(self, argument):
        separator, text = self.value(argument)
        return text.split(separator)

    def fn_select(self, argument):
        index, values = self.value(argument)
        return values[int(index)]

    def fn_findinmap(self, argument):
        name, first, second = self.value(argument)
        return self.template["Mappings"][name][first][second]

    def fn_getazs(self, _):
        return ["us-east-1a", "us-east-1b"]

    def fn_cidr(self, argument):
        block, count, bits = self.value(argument)
        network = ipaddress.ip_network(block)
        subnets = network.subnets(new_prefix=network.max_prefixlen - int(bits))
        return [str(next(subnets)) for _ in range(int(count))]


def statements(policies):
    """The statements of a list of policies, one for each effect, action, resource and condition."""
    for policy in policies:
        document = policy if isinstance(policy, dict) else json.loads(policy)
        for statement in document["Statement"]:
            actions, resources = statement["Action"], statement["Resource"]
            for action in [actions] if isinstance(actions, str) else actions:
                for resource in [resources] if isinstance(resources, str) else resources:
                    yield (
                        statement["Effect"], action, resource,
                        json.dumps(statement.get("Condition"), sort_keys=True),
                        json.dumps(statement.get("Principal"), sort_keys=True),
                    )
