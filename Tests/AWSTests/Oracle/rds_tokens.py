"""Prints the tokens that botocore makes for the logins on standard input.

Input and output are JSON lists. The clock stands at each case's "time".
"""

import datetime
import json
import os
import sys

# The endpoint and region of whoever runs the tests are not what is asked about.
for name in [name for name in os.environ if name.startswith("AWS_")]:
    del os.environ[name]

import boto3
import botocore.auth


def token(case):
    moment = datetime.datetime.fromtimestamp(case["time"], datetime.timezone.utc)
    botocore.auth.get_current_datetime = lambda *_, **__: moment.replace(tzinfo=None)
    client = boto3.client(
        "rds",
        region_name=case["region"],
        aws_access_key_id=case["key"],
        aws_secret_access_key=case["secret"],
        aws_session_token=case["token"] or None,
    )
    return client.generate_db_auth_token(case["host"], case["port"], case["user"])


json.dump([token(case) for case in json.load(sys.stdin)], sys.stdout)
