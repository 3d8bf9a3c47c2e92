"""What the Swift sources contain: handlers, the variables they read, the AWS calls they make.

Package.swift says which targets a handler's target depends on. Of their declarations, a handler runs those
that are reachable from it by name: from the handler's type and the executable to every declaration in
which the name occurs, and so on. A name that occurs for another reason is counted too, so the result is
never too small: the API depends on CSVLoad, but because it nowhere names ObjectLoader or what names it, the
download of uploaded objects is not among its calls.
"""

import functools
import json
import re
import subprocess
import tempfile
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]

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


# ---- The graph ---------------------------------------------------------------------------------


class Declaration(NamedTuple):
    """A type, extension, function or value that is declared at the top level of a file."""

    target: str
    name: str
    # The file without comments, and where in it the declaration is.
    file: str
    start: int
    end: int

    @property
    def text(self):
        return self.file[self.start:self.end]


@functools.cache
def targets():
    """The targets of Package.swift by name."""
    # A scratch folder of its own, so that a running build does not block it.
    with tempfile.TemporaryDirectory() as scratch:
        run = subprocess.run(
            ["swift", "package", "--scratch-path", scratch, "describe", "--type", "json"],
            cwd=ROOT, check=True, capture_output=True, text=True)
    return {target["name"]: target for target in json.loads(run.stdout)["targets"]}


def dependencies(target):
    """A target and all that it depends on, directly or not."""
    found, left = set(), [target]
    while left:
        name = left.pop()
        if name not in found:
            found.add(name)
            left += targets()[name].get("target_dependencies", [])
    return found


def features():
    """The targets that know both AWS and SQL."""
    return {name for name, target in targets().items() if target["path"].startswith("Sources/Handlers")}


@functools.cache
def files(target):
    """The Swift files of a target, without their comments."""
    folder = ROOT / targets()[target]["path"]
    return [re.sub(r"^\s*//.*$", "", (folder / name).read_text(), flags=re.M)
            for name in targets()[target]["sources"] if name.endswith(".swift")]


# Not indented, so at the top level; an extension of something without a name, as of [UInt8], is called "[".
DECLARATION = re.compile(
    r"^(?:@\w+(?:\([^)\n]*\))? )*(?:(?:public|package|internal|private|fileprivate|final|indirect|nonisolated) )*"
    r"(?:struct|enum|class|protocol|extension|typealias|func|let|var) (\w+|\[)", re.M)


@functools.cache
def declarations(target):
    found = []
    for text in files(target):
        starts = [(match.start(), match[1]) for match in DECLARATION.finditer(text)]
        for (start, name), (end, _) in zip(starts, [*starts[1:], (len(text), "")]):
            found.append(Declaration(target, name, text, start, end))
    return found


def names(text):
    return set(re.findall(r"\w+", text)) | {"["}


@functools.cache
def handlers():
    """The names of the handlers, each with its type."""
    registry, = files("Handlers")
    return dict(re.findall(r'registry\.register\("([^"]+)"\) \{ try (\w+)\(', registry))


@functools.cache
def target_of(handler):
    found, = {d.target for target in features() for d in declarations(target)
              if re.search(rf"\bstruct {handlers()[handler]}\b", d.text)}
    return found


@functools.cache
def reached(handler):
    """The declarations that a handler may run, in its own target and those it depends on."""
    by_name = {}
    for target in dependencies(target_of(handler)):
        for declaration in declarations(target):
            by_name.setdefault(declaration.name, []).append(declaration)
    found, left = [], [handlers()[handler], *(n for text in files("Bootstrap") for n in names(text))]
    while left:
        # What is taken out is not reached again.
        for declaration in by_name.pop(left.pop(), []):
            found.append(declaration)
            left += names(declaration.text) & by_name.keys()
    return found


# ---- Variables and metrics ---------------------------------------------------------------------


def variables(handler):
    """Every variable that the code of a handler, and of the libraries below it, looks up."""
    found = set()
    for declaration in reached(handler):
        text = declaration.text
        found |= set(re.findall(
            r'(?:variables|lookup|setting|variable|require|getenv|process)[\[(]\s*"([A-Z_][A-Z0-9_]+)"', text))
        found |= set(re.findall(r'\("(PG[A-Z]+)", "', text))
        if declaration.target == "AWS":
            found |= {"AWS_ENDPOINT_URL_" + s
                      for s in re.findall(r'(?:\.endpoint\(|variable: )"([A-Z0-9_]+)"', text)}
    return found


def metrics():
    return {name for target in features() for text in files(target)
            for name in re.findall(r'Metric\("(\w+)"', text)}


def metric_dimensions():
    """The combinations of dimensions that the metrics have, each in its order."""
    return {tuple(re.findall(r'"(\w+)":', keys)) for target in features() for text in files(target)
            for keys in re.findall(r"dimensions: \[(.*)\],", text)}


# ---- Calls of AWS ----------------------------------------------------------------------------

# A method of a client in Sources/AWS: the operations it sends, and what they need to be allowed.
# https://docs.aws.amazon.com/service-authorization/latest/reference/
METHODS = {
    "S3Client": {
        "get": {"s3:GetObject"}, "download": {"s3:GetObject"}, "head": {"s3:GetObject"},
        "put": {"s3:PutObject"}, "upload": {"s3:PutObject", "s3:AbortMultipartUpload"},
        "delete": {"s3:DeleteObject"}, "presignedGET": {"s3:GetObject"},
        "presignedPOST": {"s3:PutObject"},
        "createBucket": {"s3:CreateBucket"}, "notify": {"s3:PutBucketNotification"},
    },
    "SQSClient": {
        "send": {"sqs:SendMessage"}, "receive": {"sqs:ReceiveMessage"},
        "delete": {"sqs:DeleteMessage"}, "changeVisibility": {"sqs:ChangeMessageVisibility"},
        "queueARN": {"sqs:GetQueueAttributes"}, "createQueue": {"sqs:CreateQueue"},
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
    for declaration in declarations("AWS"):
        if declaration.name in METHODS:
            found.setdefault(declaration.name, set()).update(
                re.findall(r"(?:public|package) mutating func (\w+)", declaration.text))
    return found


def calls(handler):
    """The AWS calls that a handler's code makes: target, client and method."""
    for declaration in reached(handler):
        if declaration.target not in features():
            continue
        text = declaration.file
        for match in re.finditer(r"\b(client|s3|sqs|signer)\.(\w+)\(", declaration.text):
            name, method = match.groups()
            client = {"s3": "S3Client", "sqs": "SQSClient", "signer": "RDSTokenSigner"}.get(name)
            if client is None:
                near = re.findall(
                    r"with(S3|SQS)\b|\b(S3|SQS|SES|SecretsManager)Client\b",
                    text[:declaration.start + match.end()])
                client = ("".join(near[-1]) + "Client") if near else None
            if client and method in METHODS.get(client, {}):
                yield declaration.target, client, method
