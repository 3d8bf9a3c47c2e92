import AWS
import JSON
import TestSupport
import Testing

/// Secrets as moto keeps them.
@Suite(.enabled(if: TestEnvironment.endpoint != nil, "set TEST_AWS_ENDPOINT_URL"))
struct `Stored secrets` {
  private let endpoint = TestEnvironment.endpoint ?? ""
  private let limit = Duration.seconds(20)

  @Test func `a secret comes as it is now, by its name and its ARN`() throws {
    var client = try SecretsManagerClient(lookup: variables(endpoint: endpoint))
    let name = uniqueName("database")
    let first = #"{"username":"é\"","password":"1","port":5432}"#
    let identifier = try client.create(name, text: first, timeout: limit)
    #expect(identifier.hasPrefix("arn:aws:secretsmanager:us-east-1:"))
    #expect(try client.text(of: name, timeout: limit) == first)
    try client.replace(identifier, by: "second", timeout: limit)
    #expect(try client.text(of: identifier, timeout: limit) == "second")
  }

  @Test func `a secret that is not there is an error with its code`() throws {
    var client = try SecretsManagerClient(lookup: variables(endpoint: endpoint))
    let error = #expect(throws: AWSError.self) {
      try client.text(of: uniqueName("none"), timeout: limit)
    }
    #expect(error?.code == "ResourceNotFoundException" && error?.operation == "GetSecretValue")
    #expect(error?.isRetriable == false)
  }
}

/// What Secrets Manager is asked, and what it may answer besides success.
@Suite struct `Secrets on the wire` {
  private func text(from stub: HTTPStub) throws -> String {
    var client = try SecretsManagerClient(
      lookup: variables(
        endpoint: "http://127.0.0.1:1", ["AWS_ENDPOINT_URL_SECRETS_MANAGER": stub.url]))
    return try client.text(of: "arn:x", timeout: .seconds(5))
  }

  @Test func `the request is the one that the reference describes`() throws {
    let stub = try HTTPStub(HTTPStub.Reply(body: Array(#"{"SecretString": "s"}"#.utf8)))
    #expect(try text(from: stub) == "s")
    let request = try #require(stub.requests.first)
    #expect(request.method == "POST" && request.target == "/")
    #expect(request.header("Content-Type") == "application/x-amz-json-1.1")
    #expect(request.header("X-Amz-Target") == "secretsmanager.GetSecretValue")
    #expect(
      request.header("Authorization")?.contains("/us-east-1/secretsmanager/aws4_request") == true)
    #expect(
      try JSON.decode(JSONValue.self, from: request.body) == .object(["SecretId": .string("arn:x")])
    )
  }

  @Test(arguments: [
    (400, #"{"__type":"AccessDeniedException","Message":"no"}"#, "AccessDeniedException"),
    (200, #"{"SecretBinary":"aHVudGVyMg=="}"#, "NotText"),
    (200, #"{"SecretString":["hunter2"]}"#, "BadResponse"), (200, "hunter2", "BadResponse"),
  ])
  func `an answer without a text is an error that does not show it`(
    status: Int, body: String, code: String
  ) throws {
    let stub = try HTTPStub(HTTPStub.Reply(status, body: Array(body.utf8)))
    let error = #expect(throws: AWSError.self) { try text(from: stub) }
    #expect(error?.code == code)
    #expect(error.map { "\($0)".contains("hunter2") } == false)
  }

  @Test func `a service that is away for a moment is asked again`() throws {
    let stub = try HTTPStub(
      HTTPStub.Reply(503), HTTPStub.Reply(body: Array(#"{"SecretString": "s"}"#.utf8)))
    #expect(try text(from: stub) == "s")
    #expect(stub.requests.count == 2)
  }
}
