import AWS
import HTTP
import Testing
import TestSupport

/// A server that checks signatures judges ours.
@Suite(.enabled(if: TestEnvironment.python != nil, "set TEST_PYTHON to one that has moto"))
struct SignatureCheckTests {
  private let limit = Duration.seconds(20)

  @Test func `fault 44: a server that checks signatures accepts ours and no other's`() throws {
    let server = try ChildProcess([TestEnvironment.python ?? "", "moto_server.py".path])
    let words = try server.line(after: "ready ").split(separator: " ").map(String.init)
    try #require(words.count == 3)
    let endpoint = "http://127.0.0.1:\(words[0])"
    let right = variables(endpoint: endpoint, key: words[1], secret: words[2])

    var objects = try S3Client(lookup: right)
    let bucket = uniqueName("sluice-signed")
    try objects.createBucket(bucket, timeout: limit)
    // moto refuses boto3's own signatures where a path has an encoded byte other than a blank;
    // those keys are held to botocore's signatures instead.
    for key in ["key", "a b", "a//b", "a/../b"] {
      let object = S3Object(bucket: bucket, key: key)
      let written = try objects.put(object, body: Array(key.utf8), timeout: limit)
      let (head, bytes) = try objects.bytes(
        of: object, from: 1, ifMatch: written.eTag)
      #expect(bytes == Array(key.utf8.dropFirst()) && head.size == Int64(key.utf8.count))
      #expect(try objects.head(object, timeout: limit).eTag == written.eTag)
    }
    var queues = try SQSClient(lookup: right)
    let url = try queues.createQueue(uniqueName("q"), timeout: limit)
    _ = try queues.send("text", to: url, timeout: limit)
    #expect(try queues.receive(from: url, timeout: limit).map(\.body) == ["text"])
    try objects.notify(
      queueARN: try queues.queueARN(of: url, timeout: limit), ofObjectsCreatedIn: bucket,
      timeout: limit)
    var mail = try SESClient(lookup: right)
    try mail.createIdentity("sender@example.com", timeout: limit)

    let wrong = variables(endpoint: endpoint, key: words[1], secret: "c4n4ry")
    var refused = try S3Client(lookup: wrong)
    let error = #expect(throws: AWSError.self) {
      try refused.bytes(of: S3Object(bucket: bucket, key: "key"))
    }
    #expect(error?.code == "SignatureDoesNotMatch" && error?.status == 403)
    #expect(error?.isRetriable == false)
    var refusedQueues = try SQSClient(lookup: wrong)
    let queueError = #expect(throws: AWSError.self) {
      try refusedQueues.receive(from: url, timeout: limit)
    }
    #expect(queueError?.status == 403)
    for error in [error, queueError] {
      #expect("\(String(reflecting: error))".contains("c4n4ry") == false)
    }
    let nobody = variables(endpoint: endpoint, key: "AKIANOBODY", secret: "x")
    var unknown = try S3Client(lookup: nobody)
    let stranger = #expect(throws: AWSError.self) {
      try unknown.bytes(of: S3Object(bucket: bucket, key: "key"))
    }
    #expect(stranger?.code == "InvalidAccessKeyId")
  }
}
