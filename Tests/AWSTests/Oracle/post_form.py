"""Says what boto3 makes of the upload forms asked for on standard input, and signs our policies.

Input and output are JSON lists. The clock stands at each case's "time".
"""

import base64
import datetime
import json
import os
import sys

# The endpoint and region of whoever runs the tests are not what is asked about.
for name in [name for name in os.environ if name.startswith("AWS_")]:
    del os.environ[name]

import boto3
import botocore.auth
import botocore.signers
from botocore.config import Config
from botocore.credentials import Credentials


def form(case):
    moment = datetime.datetime.fromtimestamp(case["time"], datetime.timezone.utc)
    for module in (botocore.auth, botocore.signers):
        module.get_current_datetime = lambda *_, **__: moment.replace(tzinfo=None)
    # Else boto3 would post to the old host of all regions, which redirects elsewhere.
    style = {"us_east_1_regional_endpoint": "regional", "addressing_style": "virtual"}
    if case.get("endpoint") or "." in case["bucket"]:
        style["addressing_style"] = "path"
    client = boto3.client(
        "s3",
        region_name=case["region"],
        endpoint_url=case.get("endpoint"),
        aws_access_key_id=case["keyID"],
        aws_secret_access_key=case["secret"],
        aws_session_token=case.get("token"),
        config=Config(s3=style, signature_version="s3v4"),
    )
    made = client.generate_presigned_post(
        case["bucket"],
        case["key"],
        Fields={"Content-Type": case["type"]},
        Conditions=[
            {"Content-Type": case["type"]},
            ["content-length-range", 1, case["bytes"]],
        ],
        ExpiresIn=case["expires"],
    )
    signer = botocore.auth.S3SigV4PostAuth(
        Credentials(case["keyID"], case["secret"]), "s3", case["region"]
    )
    request = botocore.awsrequest.AWSRequest()
    request.context["timestamp"] = made["fields"]["x-amz-date"]
    policy = json.loads(base64.b64decode(made["fields"].pop("policy")))
    made["fields"].pop("x-amz-signature")
    return {
        "url": made["url"],
        "fields": made["fields"],
        "expiration": policy["expiration"],
        "conditions": sorted(json.dumps(item) for item in policy["conditions"]),
        "ourConditions": sorted(
            json.dumps(item)
            for item in json.loads(base64.b64decode(case["policy"]))["conditions"]
        ),
        "ourSignature": signer.signature(case["policy"], request),
    }


json.dump([form(case) for case in json.load(sys.stdin)], sys.stdout)
