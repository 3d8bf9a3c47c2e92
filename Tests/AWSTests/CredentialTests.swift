import AWS
import Glibc
import Synchronization
import Testing
import TestSupport

@Suite struct CredentialTests {
  private let object = S3Object(bucket: "bucket", key: "key")
  private let settings = ["AWS_REGION": "us-east-1"]

  private func code(_ variables: [String: String]) throws -> AWSError? {
    let all = settings.merging(variables) { $1 }
    var client = try S3Client { all[$0] }
    return #expect(throws: AWSError.self) {
      try client.presignedGET(object, expires: .seconds(60))
    }
  }

  private func key(of request: HTTPStub.Request?) -> String? {
    request?.header("authorization")?.split(separator: "=").dropFirst().first
      .flatMap { $0.split(separator: "/").first.map(String.init) }
  }

  @Test func `missing credentials are an error that names the variables`() throws {
    let none = try code([:])
    #expect(none?.code == "MissingCredentials")
    for name in [
      "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    ] {
      #expect(none?.message.contains(name) == true)
    }
    let half = try code(["AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": ""])
    #expect(half?.message == "AWS_SECRET_ACCESS_KEY is not set, though AWS_ACCESS_KEY_ID is")
    let other = try code(["AWS_SECRET_ACCESS_KEY": "c4n4ry"])
    #expect(other?.message == "AWS_ACCESS_KEY_ID is not set, though AWS_SECRET_ACCESS_KEY is")
  }

  @Test func `a missing or wrong setting is named`() throws {
    for (variables, name) in [
      ([:], "AWS_REGION"), (["AWS_REGION": "x.evil/"], "AWS_REGION"),
      (["AWS_REGION": "r", "AWS_ENDPOINT_URL": "127.0.0.1:5000"], "AWS_ENDPOINT_URL"),
      (["AWS_REGION": "r", "AWS_ENDPOINT_URL_S3": "ftp://h"], "AWS_ENDPOINT_URL_S3"),
      (["AWS_REGION": "r", "AWS_ENDPOINT_URL_S3": "http://u:c4n4ry@h"], "AWS_ENDPOINT_URL_S3"),
      (["AWS_REGION": "r", "CA_BUNDLE": "/nowhere"], "CA_BUNDLE"),
    ] as [([String: String], String)] {
      let error = #expect(throws: AWSError.self) { _ = try S3Client { variables[$0] } }
      #expect(error?.message.hasPrefix(name) == true, "\(variables)")
      #expect(error?.message.contains("c4n4ry") == false)
    }
  }

  @Test func `fault 44: the variables are looked up for each call`() throws {
    let stub = try HTTPStub(HTTPStub.Reply(body: [1]))
    let holder = Holder(variables(endpoint: stub.url))
    var client = try S3Client { holder[$0] }
    holder.values.withLock { $0["AWS_ACCESS_KEY_ID"] = "AKID1" }
    _ = try client.bytes(of: object)
    holder.values.withLock {
      $0["AWS_ACCESS_KEY_ID"] = "AKID2"
      $0["AWS_SESSION_TOKEN"] = "token"
    }
    _ = try client.bytes(of: object)
    #expect(stub.requests.map { self.key(of: $0) } == ["AKID1", "AKID2"])
    #expect(stub.requests.map { $0.header("x-amz-security-token") } == [nil, "token"])
  }

  @Test func `a container's credentials are fetched once and again before they expire`() throws {
    let path = "/tmp/sluice-token-\(getpid())-\(UInt32.random(in: 0 ... .max))"
    defer { unsafe unlink(path) }
    try write("first\n", to: path)
    let service = try HTTPStub { request in
      let authorization = request.header("authorization") ?? "none"
      let body = """
        {"AccessKeyId": "AKID-\(authorization)", "SecretAccessKey": "s", "Token": "t", \
        "Expiration": "2013-05-24T01:00:00Z", "AccountId": "1"}
        """
      return HTTPStub.Reply(200, body: Array(body.utf8))
    }
    let stub = try HTTPStub(HTTPStub.Reply(body: [1]))
    let values = [
      "AWS_REGION": "us-east-1", "AWS_ENDPOINT_URL": stub.url,
      "AWS_CONTAINER_CREDENTIALS_FULL_URI": "\(service.url)/v1/credentials",
      "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": path,
    ]
    let now = Clock(1_369_353_600)
    var client = try S3Client(lookup: { values[$0] }, clock: { now.time })
    _ = try client.bytes(of: object)
    _ = try client.bytes(of: object)
    #expect(service.requests.count == 1)
    try write("second", to: path)
    now.advance(3400)
    _ = try client.bytes(of: object)
    #expect(service.requests.map(\.target) == ["/v1/credentials", "/v1/credentials"])
    #expect(stub.requests.map { self.key(of: $0) } == ["AKID-first", "AKID-first", "AKID-second"])
    #expect(stub.requests.allSatisfy { $0.header("x-amz-security-token") == "t" })
  }

  @Test func `credentials that a service calls expired are fetched anew`() throws {
    let service = try HTTPStub { request in
      let body = """
        {"AccessKeyId": "AKID\(request.number)", "SecretAccessKey": "s", "Token": "t", \
        "Expiration": "2099-01-01T00:00:00Z"}
        """
      return HTTPStub.Reply(200, body: Array(body.utf8))
    }
    let expired = Array("<Error><Code>ExpiredToken</Code><Message>old</Message></Error>".utf8)
    let stub = try HTTPStub(HTTPStub.Reply(400, body: expired), HTTPStub.Reply(body: [1]))
    let values = [
      "AWS_REGION": "us-east-1", "AWS_ENDPOINT_URL": stub.url,
      "AWS_CONTAINER_CREDENTIALS_FULL_URI": service.url,
    ]
    var client = try S3Client { values[$0] }
    #expect(try client.bytes(of: object).bytes == [1])
    #expect(stub.requests.map { self.key(of: $0) } == ["AKID0", "AKID1"])
  }

  @Test(arguments: [
    HTTPStub.Reply(404), HTTPStub.Reply(200, body: Array("{\"c4n4ry\": 1}".utf8)),
    HTTPStub.Reply(200, body: Array("<html>c4n4ry".utf8)), HTTPStub.Reply(raw: "c4n4ry\r\n\r\n"),
  ])
  func `a service without credentials is an error`(reply: HTTPStub.Reply) throws {
    let service = try HTTPStub(reply.with { $0.closes = true })
    let error = try code(["AWS_CONTAINER_CREDENTIALS_FULL_URI": service.url])
    #expect(error?.code == "CredentialsUnavailable")
    #expect(error.map { "\($0)".contains("c4n4ry") } == false)
  }

  @Test(arguments: [
    "http://example.com/", "http://169.254.169.254/", "http://127.evil.example/", "file:///x",
    "http://localhost.evil.example/", "localhost",
  ])
  func `credentials are not asked for in the clear elsewhere`(address: String) throws {
    let error = try code(["AWS_CONTAINER_CREDENTIALS_FULL_URI": address])
    #expect(error?.code == "BadCredentialsAddress")
  }

  private func write(_ text: String, to path: String) throws {
    let file = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    try #require(file >= 0)
    defer { close(file) }
    let bytes = Array(text.utf8)
    let count = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(file, $0.baseAddress, $0.count) }
    try #require(count == bytes.count)
  }
}

/// Variables that change while a client lives.
private final class Holder: Sendable {
  let values = Mutex<[String: String]>([:])
  private let others: @Sendable (String) -> String?

  init(_ others: @escaping @Sendable (String) -> String?) { self.others = others }

  subscript(name: String) -> String? { values.withLock { $0[name] } ?? others(name) }
}

/// A clock that a test sets.
private final class Clock: Sendable {
  private let value: Mutex<Int64>

  init(_ time: Int64) { value = Mutex(time) }

  var time: Int64 { value.withLock { $0 } }

  func advance(_ seconds: Int64) { value.withLock { $0 += seconds } }
}
