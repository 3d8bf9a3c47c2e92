"""Prints the addresses that boto3's S3 client would send the requests on standard input to."""

import json
import os
import sys

# The endpoint and region of whoever runs the tests are not what is asked about.
for name in [name for name in os.environ if name.startswith("AWS_")]:
    del os.environ[name]

import boto3
from botocore.config import Config


class Caught(Exception):
    pass


def address(case):
    # Without this, us-east-1 would be the old host that serves all regions.
    style = {"us_east_1_regional_endpoint": "regional"}
    if case.get("endpoint"):
        style["addressing_style"] = "path"
    client = boto3.client(
        "s3",
        region_name=case["region"],
        endpoint_url=case.get("endpoint"),
        aws_access_key_id="key",
        aws_secret_access_key="secret",
        config=Config(s3=style),
    )

    def catch(request, **_):
        raise Caught(request.url)

    client.meta.events.register("before-send.s3", catch)
    version = {"VersionId": case.get("versionID")} if case.get("versionID") else {}
    try:
        client.get_object(Bucket=case["bucket"], Key=case["key"], **version)
    except Caught as caught:
        return str(caught)


json.dump([address(case) for case in json.load(sys.stdin)], sys.stdout)
