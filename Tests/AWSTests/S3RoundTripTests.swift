import AWS
import HTTP
import Testing

@Suite(.enabled(if: TestEnvironment.endpoint != nil, "set TEST_AWS_ENDPOINT_URL"))
struct S3RoundTripTests {
  private let lookup = variables(endpoint: TestEnvironment.endpoint ?? "")
  private let bucket = uniqueName("sluice-s3")

  private func client() throws -> S3Client {
    var client = try S3Client(lookup: lookup)
    try client.createBucket(bucket, timeout: .seconds(20))
    return client
  }

  @Test(arguments: [
    "key", "a b", "a+b", "100%", "%20", "%2B", "é€😀.csv", "a//b", "/a", "a/../b", "a/./b", "a/",
    "()!*':,@=&;$?#[]{}|^`<>\"", "~-._", "日本語/ファイル.csv", "uploads/hired employees+2021 (1).csv",
  ])
  func `fault 17: any key comes back with its own bytes`(key: String) throws {
    var client = try client()
    let object = S3Object(bucket: bucket, key: key)
    let body = Array("bytes of \(key)".utf8)
    let written = try client.put(object, body: body, contentType: "text/csv", timeout: .seconds(20))
    let (head, bytes) = try client.bytes(of: object)
    #expect(bytes == body)
    #expect(head.eTag == written.eTag && head.eTag != nil)
    #expect(head.size == Int64(body.count) && head.contentType == "text/csv")
    let asked = try client.head(object, timeout: .seconds(20))
    #expect(asked.size == Int64(body.count) && asked.eTag == written.eTag)
  }

  @Test func `a range is the rest asked for, with the size of the whole`() throws {
    var client = try client()
    let object = S3Object(bucket: bucket, key: "range")
    let body = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    _ = try client.put(object, body: body, timeout: .seconds(20))
    for start in [0, 1, 50_000, 99_999] {
      let (head, bytes) = try client.bytes(of: object, from: Int64(start))
      #expect(bytes[...] == body[start...], "\(start)")
      #expect(head.size == 100_000, "\(start)")
    }
    let beyond = #expect(throws: AWSError.self) {
      try client.bytes(of: object, from: 100_000)
    }
    #expect(beyond?.code == "InvalidRange" && beyond?.status == 416)
  }

  @Test func `an empty object is handed over once, without bytes`() throws {
    var client = try client()
    let object = S3Object(bucket: bucket, key: "empty")
    _ = try client.put(object, body: [], timeout: .seconds(20))
    var calls = 0
    let head = try client.get(object, timeout: .seconds(20)) { head, bytes in
      calls += 1
      #expect(bytes.isEmpty && head.size == 0)
    }
    #expect(calls == 1 && head.size == 0)
  }

  @Test func `fault 30: an object that has changed is not read on`() throws {
    var client = try client()
    let object = S3Object(bucket: bucket, key: "changing")
    let first = try client.put(object, body: [1, 2, 3], timeout: .seconds(20))
    let eTag = try #require(first.eTag)
    #expect(eTag.count == 32 && !eTag.contains("\""))
    for condition in [eTag, "\"\(eTag)\""] {
      #expect(try client.bytes(of: object, from: 1, ifMatch: condition).bytes == [2, 3])
    }
    _ = try client.put(object, body: [4, 5, 6], timeout: .seconds(20))
    let error = #expect(throws: AWSError.self) {
      try client.bytes(of: object, from: 1, ifMatch: first.eTag)
    }
    #expect(error?.code == "PreconditionFailed" && error?.status == 412)
    #expect(error?.isRetriable == false)
  }

  @Test func `what is missing has a code, with a body and without`() throws {
    var client = try client()
    let object = S3Object(bucket: bucket, key: "missing")
    let get = #expect(throws: AWSError.self) { try client.bytes(of: object) }
    #expect(get?.code == "NoSuchKey" && get?.status == 404 && get?.isRetriable == false)
    let head = #expect(throws: AWSError.self) { try client.head(object, timeout: .seconds(20)) }
    #expect(head?.code == "NoSuchKey" && head?.operation == "HeadObject")
    let elsewhere = S3Object(bucket: uniqueName("none"), key: "key")
    let bucket = #expect(throws: AWSError.self) { try client.bytes(of: elsewhere) }
    #expect(bucket?.code == "NoSuchBucket")
    let empty = S3Object(bucket: self.bucket, key: "")
    let none = #expect(throws: AWSError.self) { try client.bytes(of: empty) }
    #expect(none?.code == "InvalidKey")
  }

  @Test func `a bucket can be made twice, in any region`() throws {
    for region in ["us-east-1", "eu-central-1"] {
      let lookup = variables(endpoint: TestEnvironment.endpoint ?? "", ["AWS_REGION": region])
      var client = try S3Client(lookup: lookup)
      let bucket = uniqueName("sluice-made")
      try client.createBucket(bucket, timeout: .seconds(20))
      try client.createBucket(bucket, timeout: .seconds(20))
      _ = try client.put(S3Object(bucket: bucket, key: "k"), body: [1], timeout: .seconds(20))
    }
  }

  @Test func `presigned addresses work for whoever has them`() throws {
    var client = try client()
    let object = S3Object(bucket: bucket, key: "pre signed/é+.csv")
    _ = try client.put(object, body: [1, 2], timeout: .seconds(20))
    var http = try HTTPClient()
    let get = try client.presignedGET(object, expires: .seconds(60))
    #expect(try http.send(HTTPRequest(url: get), timeout: .seconds(20)).body == [1, 2])
  }
}
