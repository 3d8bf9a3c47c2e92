"""What the Swift sources have: handlers, the variables they read, the calls of AWS they make."""

import re
from pathlib import Path

SOURCES = Path(__file__).resolve().parents[2] / "Sources"

# The folders under Sources/Handlers that a handler's code is in; POST /ingest runs an ingestion.
FOLDERS = {
    "csv-load": ["CSVLoad", "Rows"],
    "job-ingest": ["JobIngest"],
    "api": ["API", "Backup", "JobIngest", "Rows"],
}
SHARED = ["Datasets", "Ledger"]
# What only the command line runs.
NOT_OF_A_FUNCTION = ["CSVCheck", "CSVInfer"]
LIBRARIES = ["AWS", "HTTP", "LambdaRuntime", "Postgres"]

# Variables that no template sets, and why.
NOT_SET = {
    **dict.fromkeys(
        ["AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY",
         "AWS_SESSION_TOKEN", "AWS_LAMBDA_LOG_FORMAT", "AWS_LAMBDA_LOG_LEVEL",
         "AWS_LAMBDA_RUNTIME_API", "AWS_LAMBDA_MAX_CONCURRENCY",
         "AWS_LAMBDA_INITIALIZATION_TYPE", "LAMBDA_TASK_ROOT", "_LAMBDA_TELEMETRY_LOG_FD",
         "_HANDLER", "AWS_LAMBDA_FUNCTION_NAME", "AWS_LAMBDA_FUNCTION_VERSION",
         "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_LAMBDA_LOG_GROUP_NAME",
         "AWS_LAMBDA_LOG_STREAM_NAME", "_X_AMZN_TRACE_ID"],
        "Lambda's own"),
    **dict.fromkeys(
        ["AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_CONTAINER_AUTHORIZATION_TOKEN",
         "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"], "of containers and SnapStart"),
    **dict.fromkeys(
        ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL_SQS"],
        "AWS's own endpoints are right"),
    **dict.fromkeys(
        ["CA_BUNDLE", "SLUICE_DATAPACKAGE"], "what stands in the package is right"),
    **dict.fromkeys(
        ["PGHOSTADDR", "PGPASSWORD", "PGSSLMODE"],
        "the address is a name, the password is in the secret, the mode is verify-full"),
    "SLUICE_GRACEFUL_SHUTDOWN": "a drained environment saves nothing here",
    "USAJOBS_ENDPOINT": "the service's own is right",
    "USAJOBS_PAUSE_MS": "the default is right",
}
# And those that one handler alone goes without: reports are of the schedule's runs.
NOT_SET_FOR = {"api": {"REPORT_EMAIL_FROM", "REPORT_EMAIL_TO", "AWS_ENDPOINT_URL_SESV2"}}


def files(*folders):
    for folder in folders:
        yield from sorted((SOURCES / folder).rglob("*.swift"))


def code(path):
    """A file without its comments."""
    return re.sub(r"^\s*//.*$", "", path.read_text(), flags=re.M)


def handlers():
    registry = code(SOURCES / "Handlers" / "HandlerRegistry+All.swift")
    return re.findall(r'registry\.register\("([^"]+)"\)', registry)


def folders(handler):
    return [f"Handlers/{name}" for name in FOLDERS[handler] + SHARED]


def variables(handler):
    """Every variable that a handler's code, or a library's, looks up."""
    names = set()
    for path in files(*folders(handler), *LIBRARIES):
        text = code(path)
        names |= set(re.findall(
            r'(?:variables|lookup|setting|variable|require|getenv|process)[\[(]\s*"([A-Z_][A-Z0-9_]+)"', text))
        names |= set(re.findall(r'\("(PG[A-Z]+)", "', text))
        if "AWS" in path.parts:
            names |= {"AWS_ENDPOINT_URL_" + s for s in re.findall(r'\.endpoint\("([A-Z0-9_]+)"\)', text)}
    services = {"SECRETS_MANAGER", "S3", *(["SQS"] if handler == "api" else []),
                *(["SESV2"] if handler != "csv-load" else [])}
    return {n for n in names if not n.startswith("AWS_ENDPOINT_URL_")
            or n.removeprefix("AWS_ENDPOINT_URL_") in services}


def metrics():
    return {name for path in files("Handlers") for name in re.findall(r'Metric\("(\w+)"', code(path))}


def metric_dimensions():
    """What the metrics are told apart by, each kind in its order."""
    return {tuple(re.findall(r'"(\w+)":', names)) for path in files("Handlers")
            for names in re.findall(r"dimensions: \[(.*)\],", code(path))}


# ---- Calls of AWS ----------------------------------------------------------------------------

# A method of a client in Sources/AWS: the operations it sends, and what they need to be allowed.
# https://docs.aws.amazon.com/service-authorization/latest/reference/
METHODS = {
    "S3Client": {
        "get": {"s3:GetObject"}, "download": {"s3:GetObject"}, "head": {"s3:GetObject"},
        "put": {"s3:PutObject"}, "upload": {"s3:PutObject", "s3:AbortMultipartUpload"},
        "delete": {"s3:DeleteObject"}, "presignedGET": {"s3:GetObject"},
        "presignedPUT": {"s3:PutObject"}, "presignedPOST": {"s3:PutObject"},
        "createBucket": {"s3:CreateBucket"}, "notify": {"s3:PutBucketNotification"},
    },
    "SQSClient": {
        "send": {"sqs:SendMessage"}, "sendBatch": {"sqs:SendMessage"},
        "receive": {"sqs:ReceiveMessage"}, "delete": {"sqs:DeleteMessage"},
        "changeVisibility": {"sqs:ChangeMessageVisibility"},
        "attributes": {"sqs:GetQueueAttributes"}, "queueARN": {"sqs:GetQueueAttributes"},
        "queueURL": {"sqs:GetQueueUrl"}, "createQueue": {"sqs:CreateQueue"},
    },
    "SESClient": {"send": {"ses:SendEmail"}, "createIdentity": {"ses:CreateEmailIdentity"}},
    "SecretsManagerClient": {
        "text": {"secretsmanager:GetSecretValue"}, "create": {"secretsmanager:CreateSecret"},
        "replace": {"secretsmanager:PutSecretValue"},
    },
    "RDSTokenSigner": {"token": {"rds-db:connect"}},
}


def client_methods():
    """The methods that the clients of Sources/AWS have, by client."""
    found = {}
    for path in files("AWS"):
        text = code(path)
        for client in METHODS:
            for part in re.split(rf"(?=\b(?:extension|struct) \w+)", text):
                if re.match(rf"(?:extension|struct) {client}\b", part):
                    found.setdefault(client, set()).update(
                        re.findall(r"(?:public|package) mutating func (\w+)", part))
    return found


def calls(handler):
    """The calls of AWS that a handler's code makes: folder, client, method and the text before."""
    for folder in folders(handler):
        for path in files(folder):
            text = code(path)
            for match in re.finditer(r"\b(client|s3|sqs|signer)\.(\w+)\(", text):
                name, method = match.groups()
                client = {"s3": "S3Client", "sqs": "SQSClient", "signer": "RDSTokenSigner"}.get(name)
                if client is None:
                    near = re.findall(
                        r"with(S3|SQS)\b|\b(S3|SQS|SES|SecretsManager)Client\b", text[: match.end()])
                    client = ("".join(near[-1]) + "Client") if near else None
                if client and method in METHODS.get(client, {}):
                    yield folder.split("/")[1], client, method
