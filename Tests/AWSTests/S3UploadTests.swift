import AWS
import Testing
import TestSupport

/// Writing objects whose size shows only at their end.
@Suite struct S3UploadTests {
  private let object = S3Object(bucket: "bucket", key: "a key")

  struct Stop: Error {}

  /// moto cannot show what it holds any more once it has met parts, so this one is nobody else's.
  @Test(.enabled(if: TestEnvironment.python != nil, "set TEST_PYTHON to one that has moto"))
  func `an object of any size is what was written`() throws {
    let server = try ChildProcess([TestEnvironment.python ?? "", "moto_server.py".path])
    let words = try server.line(after: "ready ").split(separator: " ").map(String.init)
    try #require(words.count == 3)
    var client = try S3Client(
      lookup: variables(endpoint: "http://127.0.0.1:\(words[0])", key: words[1], secret: words[2]))
    let object = S3Object(bucket: uniqueName("upload"), key: "rejected/a.csv")
    try client.createBucket(object.bucket, timeout: .seconds(10))
    let part = 5 << 20
    for sizes in [[0], [1], [part], [part - 1, 1], [3 << 20, 3 << 20, 7], [11 << 20, 1, 1]] {
      var random = SeededRandom(seed: UInt64(sizes.reduce(0, +)))
      let pieces = sizes.map { size in
        let block = random.bytes(min(size, 4099), from: Array(0...255))
        return (0..<size).map { block[$0 % block.count] }
      }
      try client.upload(object, contentType: "text/csv", timeout: .seconds(30)) { writer in
        for piece in pieces { try writer.write(piece) }
      }
      let (head, bytes) = try client.bytes(of: object)
      #expect(bytes == pieces.reduce([], +), "\(sizes)")
      #expect(head.contentType == "text/csv")
    }
  }

  @Test func `an upload whose body fails writes nothing and leaves no parts`() throws {
    for size in [10, 6 << 20] {
      let stub = try HTTPStub { request in
        request.method == "POST"
          ? HTTPStub.Reply(200, body: Array("<UploadId>u 1</UploadId>".utf8))
          : HTTPStub.Reply(200, [("ETag", "\"p\"")])
      }
      var client = try S3Client(lookup: variables(endpoint: stub.url))
      #expect(throws: Stop.self) {
        try client.upload(object, contentType: "text/csv", timeout: .seconds(10)) { writer in
          try writer.write([UInt8](repeating: 1, count: size))
          throw Stop()
        }
      }
      let path = "/bucket/a%20key"
      #expect(
        stub.requests.map { "\($0.method) \($0.target)" }
          == (size == 10
            ? []
            : [
              "POST \(path)?uploads=", "PUT \(path)?partNumber=1&uploadId=u%201",
              "DELETE \(path)?uploadId=u%201",
            ]))
      // The client is as good as before.
      _ = try client.head(object, timeout: .seconds(5))
    }
  }

  @Test func `a failure that S3 tells in a success is one`() throws {
    let stub = try HTTPStub { request in
      switch (request.method, request.target.contains("uploads")) {
      case ("POST", true): HTTPStub.Reply(200, body: Array("<UploadId>u</UploadId>".utf8))
      case ("POST", false):
        HTTPStub.Reply(
          200, body: Array("<Error><Code>InternalError</Code><Message>no</Message></Error>".utf8))
      default: HTTPStub.Reply(200, [("ETag", "\"p&\"")])
      }
    }
    var client = try S3Client(lookup: variables(endpoint: stub.url))
    let error = #expect(throws: AWSError.self) {
      try client.upload(object, contentType: "text/csv", timeout: .seconds(10)) { writer in
        for _ in 1...2 { try writer.write([UInt8](repeating: 1, count: 5 << 20)) }
      }
    }
    #expect(error?.code == "InternalError" && error?.operation == "CompleteMultipartUpload")
    let complete = try #require(stub.requests.first { $0.method == "POST" && !$0.body.isEmpty })
    #expect(
      String(decoding: complete.body, as: UTF8.self).hasSuffix(
        """
        <Part><PartNumber>1</PartNumber><ETag>&quot;p&amp;&quot;</ETag></Part><Part>\
        <PartNumber>2</PartNumber><ETag>&quot;p&amp;&quot;</ETag></Part></CompleteMultipartUpload>
        """))
    #expect(stub.requests.last?.method == "DELETE")
  }

  @Test func `a part that is refused ends the upload`() throws {
    let stub = try HTTPStub { request in
      switch request.method {
      case "POST": HTTPStub.Reply(200, body: Array("<UploadId>u</UploadId>".utf8))
      case "PUT": HTTPStub.Reply(403)
      default: HTTPStub.Reply(204)
      }
    }
    var client = try S3Client(lookup: variables(endpoint: stub.url))
    let error = #expect(throws: AWSError.self) {
      try client.upload(object, contentType: "text/csv", timeout: .seconds(10)) { writer in
        try writer.write([UInt8](repeating: 1, count: 6 << 20))
      }
    }
    #expect(error?.status == 403)
    #expect(stub.requests.map(\.method) == ["POST", "PUT", "DELETE"])
  }
}
