"""Serves moto with signature and policy checks until standard input ends.

Prints one line: "ready PORT KEY SECRET". The key belongs to a user who may do anything.
"""

import json
import os
import sys

# The calls that make the user are free of checks.
os.environ["INITIAL_NO_AUTH_ACTION_COUNT"] = "3"

import boto3
from moto.server import ThreadedMotoServer

server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
_, port = server.get_host_and_port()
iam = boto3.client(
    "iam",
    endpoint_url=f"http://127.0.0.1:{port}",
    region_name="us-east-1",
    aws_access_key_id="setup",
    aws_secret_access_key="setup",
)
iam.create_user(UserName="tester")
policy = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
}
iam.put_user_policy(
    UserName="tester", PolicyName="all", PolicyDocument=json.dumps(policy)
)
key = iam.create_access_key(UserName="tester")["AccessKey"]
print("ready", port, key["AccessKeyId"], key["SecretAccessKey"], flush=True)
sys.stdin.read()
os._exit(0)
