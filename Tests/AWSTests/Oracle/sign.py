"""Signs the requests given on standard input with botocore and prints what it made of them.

Input and output are JSON lists. The clock stands at each case's "time".
"""

import datetime
import json
import sys

import botocore.auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials

AUTHS = {
    ("s3", "headers"): botocore.auth.S3SigV4Auth,
    ("s3", "query"): botocore.auth.S3SigV4QueryAuth,
    ("other", "headers"): botocore.auth.SigV4Auth,
}


def signed(case):
    moment = datetime.datetime.fromtimestamp(case["time"], datetime.timezone.utc)
    botocore.auth.get_current_datetime = lambda *_, **__: moment.replace(tzinfo=None)
    request = AWSRequest(method=case["method"], url=case["url"], data=case["body"].encode())
    for name, value in case["headers"]:
        request.headers.add_header(name, value)
    if case["isUnsigned"]:
        request.context["client_config"] = Config(s3={"payload_signing_enabled": False})
    kind = "s3" if case["service"] == "s3" else "other"
    how = "query" if case["expires"] else "headers"
    extra = {"expires": case["expires"]} if case["expires"] else {}
    credentials = Credentials(case["key"], case["secret"], case.get("token"))
    AUTHS[kind, how](credentials, case["service"], case["region"], **extra).add_auth(request)
    return {
        "url": request.url,
        "authorization": request.headers.get("Authorization", ""),
        "date": request.headers.get("X-Amz-Date", ""),
        "token": request.headers.get("X-Amz-Security-Token", ""),
        "contentHash": request.headers.get("X-Amz-Content-SHA256", ""),
    }


json.dump([signed(case) for case in json.load(sys.stdin)], sys.stdout)
