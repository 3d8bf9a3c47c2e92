"""Deploys template.yaml to moto: what SAM makes of it, since moto knows plain CloudFormation alone.

moto says of types it does not know that they are made; so what is there afterwards is asked for.
"""

import json
from collections import Counter

import boto3
from cloudformation import ABSENT, Stack

TEMPLATE = open("template/template.yaml").read()
# The database and the network are Terraform's part: moto's CloudFormation knows no secret that RDS
# manages, and no address of version 6.
PARAMETERS = {
    "DatabaseUrl": "postgresql://user:password@db.example/sluice",
    "AlarmEmail": "ops@example.com",
    "UsajobsApiKey": "key",
    "UsajobsEmail": "me@example.com",
    "ReportEmailFrom": "jobs@example.com",
    "ReportEmailTo": "team@example.com",
}
# What moto accepts and does not make, or makes without a name of its own; one type more or less is a
# failure, so that the list stays true.
NOT_SEEN = {
    "AWS::ApiGatewayV2::Api", "AWS::ApiGatewayV2::Integration", "AWS::ApiGatewayV2::Route",
    "AWS::ApiGatewayV2::Stage", "AWS::Budgets::Budget", "AWS::CloudWatch::Alarm",
    "AWS::CodeDeploy::Application", "AWS::CodeDeploy::DeploymentGroup", "AWS::Lambda::Alias",
    "AWS::Lambda::EventInvokeConfig", "AWS::Lambda::Permission", "AWS::Lambda::Url",
    "AWS::Lambda::Version", "AWS::Logs::MetricFilter", "AWS::S3::BucketPolicy",
    "AWS::SNS::Subscription", "AWS::SNS::TopicPolicy", "AWS::SQS::QueuePolicy",
    "AWS::Scheduler::Schedule",
}


def chosen(node, stack):
    """A part of the template with its conditions settled, since moto keeps what they leave out."""
    if isinstance(node, list):
        items = [chosen(item, stack) for item in node]
        return [item for item in items if item is not ABSENT]
    if not isinstance(node, dict):
        return node
    if node == {"Ref": "AWS::NoValue"}:
        return ABSENT
    if list(node) == ["Ref"]:
        return {"Ref": node["Ref"].removesuffix("Aliaslive")}  # moto makes no alias here
    if list(node) == ["Fn::If"]:
        name, then, otherwise = node["Fn::If"]
        return chosen(then if stack.condition(name) else otherwise, stack)
    items = {key: chosen(item, stack) for key, item in node.items()}
    return {key: item for key, item in items.items() if item is not ABSENT}


def main():
    stack = Stack(TEMPLATE, **PARAMETERS)
    template = {
        "Parameters": stack.template["Parameters"],
        "Mappings": stack.template["Mappings"],
        "Resources": {
            name: {k: v for k, v in chosen(resource, stack).items() if k != "Condition"}
            for name, resource in stack.template["Resources"].items() if name in stack.resources
        },
    }
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="bucket")
    with open(".build/template/apply/package.zip", "rb") as package:
        s3.put_object(Bucket="bucket", Key="key", Body=package)
    cloudformation = boto3.client("cloudformation")
    cloudformation.create_stack(
        StackName="sluice", TemplateBody=json.dumps(template), Capabilities=["CAPABILITY_IAM"],
        Parameters=[{"ParameterKey": k, "ParameterValue": v} for k, v in PARAMETERS.items()])
    status = cloudformation.describe_stacks(StackName="sluice")["Stacks"][0]["StackStatus"]
    assert status == "CREATE_COMPLETE", status
    pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName="sluice")
    made = Counter(r["ResourceType"] for page in pages for r in page["StackResourceSummaries"]
                   if r.get("PhysicalResourceId"))
    wanted = Counter(r["Type"] for r in stack.resources.values())
    unseen = {kind for kind in wanted if made[kind] < wanted[kind]}
    assert unseen == NOT_SEEN, unseen ^ NOT_SEEN
    look(stack)
    print(f"{sum(made.values())} of {sum(wanted.values())} resources are there")


def look(stack):
    """Asks the services for what matters most."""
    functions = {f["FunctionName"]: f for f in boto3.client("lambda").list_functions()["Functions"]}
    for function in stack.of_type("AWS::Lambda::Function").values():
        there = functions[function["FunctionName"]]
        assert there["Handler"] == function["Handler"], there
        assert set(there["Environment"]["Variables"]) == set(function["Environment"]["Variables"])
    queues = boto3.client("sqs")
    address = queues.get_queue_url(QueueName="sluice-queue")["QueueUrl"]
    redrive = queues.get_queue_attributes(QueueUrl=address, AttributeNames=["RedrivePolicy"])
    assert "sluice-dead-letters" in redrive["Attributes"]["RedrivePolicy"]


if __name__ == "__main__":
    main()
