"""Looks at what Terraform made on moto: who may write into the bucket, and whom it tells."""

import json
import sys

import boto3
from botocore.exceptions import ClientError

outputs = {name: output["value"] for name, output in json.load(sys.stdin).items()}
bucket = outputs["bucket_name"]
s3 = boto3.client("s3")

# moto has no TLS here, and its bucket keeps to the policy that wants it.
try:
    s3.put_object(Bucket=bucket, Key="uploads/jobs/jobs.csv", Body=b"1,x\n")
    sys.exit("the bucket takes files without TLS")
except ClientError as error:
    assert error.response["ResponseMetadata"]["HTTPStatusCode"] == 403, error

told, = s3.get_bucket_notification_configuration(Bucket=bucket)["QueueConfigurations"]
rule, = told["Filter"]["Key"]["FilterRules"]
assert (rule["Name"].lower(), rule["Value"]) == ("prefix", "uploads/"), told
assert told["QueueArn"].endswith(":applied-queue"), told
mappings = boto3.client("lambda").list_event_source_mappings()["EventSourceMappings"]
mapping, = (m for m in mappings if "applied-csv-load" in m["FunctionArn"])
assert mapping["EventSourceArn"] == told["QueueArn"] and mapping["BatchSize"] == 10, mapping
assert outputs["api_url"] and outputs["function_url"] and outputs["database_secret_arn"], outputs
print("the bucket wants TLS and tells the queue, which csv-load reads")
