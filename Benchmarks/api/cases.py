"""What is asked: each case as the event of an HTTP API and as an HTTP request."""

from __future__ import annotations

import json
from dataclasses import dataclass
from urllib.parse import parse_qsl


@dataclass(frozen=True)
class Case:
    name: str
    title: str
    path: str
    query: str

    @property
    def headers(self) -> dict[str, str]:
        # No accept-encoding: FastAPI would not compress either. The floor takes the case from its
        # header and reads nothing else.
        return {
            "accept": "application/json",
            "content-length": "0",
            "host": "a1b2c3d4e5.execute-api.us-east-1.amazonaws.com",
            "user-agent": "apibench/1",
            "x-amzn-trace-id": "Root=1-65a1f3c2-4e0d5b6a7c8f9e0d1b2a3c4d",
            "x-bench-case": self.name,
            "x-forwarded-for": "192.0.2.10",
            "x-forwarded-port": "443",
            "x-forwarded-proto": "https",
        }

    @property
    def event(self) -> bytes:
        """Payload format 2.0, as API Gateway writes it: without a blank."""
        event = {
            "version": "2.0",
            "routeKey": "$default",
            "rawPath": self.path,
            "rawQueryString": self.query,
            "headers": self.headers,
            "queryStringParameters": dict(parse_qsl(self.query)),
            "requestContext": {
                "accountId": "000000000000",
                "apiId": "a1b2c3d4e5",
                "domainName": self.headers["host"],
                "domainPrefix": "a1b2c3d4e5",
                "http": {
                    "method": "GET",
                    "path": self.path,
                    "protocol": "HTTP/1.1",
                    "sourceIp": "192.0.2.10",
                    "userAgent": self.headers["user-agent"],
                },
                "requestId": "ydG62mH5cBG235Z=",
                "routeKey": "$default",
                "stage": "$default",
                "time": "13/Jan/2024:02:21:38 +0000",
                "timeEpoch": 1705112498512,
            },
            "isBase64Encoded": False,
        }
        return json.dumps(event, separators=(",", ":")).encode()

    @property
    def request(self) -> bytes:
        lines = [f"GET {self.path}?{self.query} HTTP/1.1"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        return ("\r\n".join(lines) + "\r\n\r\n").encode()


ROWS = "/tables/hired_employees/rows"
FIRST_CHUNK = Case(
    "first-chunk",
    "`/read/first-chunk`, 10 rows",
    "/read/first-chunk",
    "table_name=hired_employees&num_records=10",
)
CASES = [
    FIRST_CHUNK,
    Case("page", "100 rows, filtered", ROWS, "limit=100&department_id=eq.3"),
    Case("hires", "`/metrics/hires`", "/metrics/hires", "year=2021"),
    Case("departments", "`/metrics/departments`", "/metrics/departments", "year=2021"),
]
