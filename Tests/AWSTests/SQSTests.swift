import AWS
import Testing

@Suite(.enabled(if: TestEnvironment.endpoint != nil, "set TEST_AWS_ENDPOINT_URL"))
struct SQSTests {
  private let lookup = variables(endpoint: TestEnvironment.endpoint ?? "")
  private let limit = Duration.seconds(20)

  @Test func `a message goes in and comes out until it is deleted`() throws {
    var client = try SQSClient(lookup: lookup)
    let url = try client.createQueue(
      uniqueName("q"), attributes: ["VisibilityTimeout": "0"], timeout: limit)
    let text = "{\"key\": \"é \\\"x\\\" 😀\\n\"}"
    let identifier = try client.send(text, to: url, timeout: limit)
    for count in 1...2 {
      let messages = try client.receive(from: url, wait: .seconds(1), timeout: limit)
      #expect(messages.map(\.body) == [text])
      #expect(messages.first?.messageID == identifier)
      #expect(messages.first?.receiveCount == count)
      #expect(messages.first?.attributes["SentTimestamp"] != nil)
      #expect(messages.first?.md5OfBody.count == 32)
      guard count == 2, let handle = messages.first?.receiptHandle else { continue }
      #expect(try client.delete([handle], from: url, timeout: limit) == [])
    }
    #expect(try client.receive(from: url, timeout: limit) == [])
  }

  @Test func `batches are of any size, and what is refused is named`() throws {
    var client = try SQSClient(lookup: lookup)
    let url = try client.createQueue(uniqueName("q"), timeout: limit)
    let bodies = (0..<23).map { "message \($0)" }
    for body in bodies { _ = try client.send(body, to: url, timeout: limit) }
    var handles: [String] = []
    var received: Set<String> = []
    while received.count < bodies.count {
      let messages = try client.receive(from: url, wait: .seconds(1), timeout: limit)
      try #require(!messages.isEmpty)
      received.formUnion(messages.map(\.body))
      handles += messages.map(\.receiptHandle)
    }
    #expect(received == Set(bodies))
    handles.insert("no handle", at: 12)
    let failures = try client.delete(handles, from: url, timeout: limit)
    #expect(failures.map(\.index) == [12])
    #expect(failures.first?.code == "ReceiptHandleIsInvalid")
    #expect(try client.delete([], from: url, timeout: limit) == [])
  }

  @Test func `a message nobody can handle goes to the other queue`() throws {
    var client = try SQSClient(lookup: lookup)
    let dead = try client.createQueue(uniqueName("dead"), timeout: limit)
    let arn = try client.queueARN(of: dead, timeout: limit)
    let url = try client.createQueue(
      uniqueName("q"), redrive: SQSRedrive(deadLetterQueueARN: arn, maxReceiveCount: 2),
      timeout: limit)
    _ = try client.send("poison", to: url, timeout: limit)
    for _ in 1...2 {
      let message = try #require(
        try client.receive(from: url, wait: .seconds(2), timeout: limit).first)
      try client.changeVisibility(
        of: message.receiptHandle, in: url, to: .zero, timeout: limit)
    }
    #expect(try client.receive(from: url, timeout: limit) == [])
    let moved = try client.receive(from: dead, wait: .seconds(2), timeout: limit)
    #expect(moved.map(\.body) == ["poison"])
  }

  @Test func `a queue that is not there has a code`() throws {
    var client = try SQSClient(lookup: lookup)
    let error = #expect(throws: AWSError.self) {
      try client.queueARN(of: "http://127.0.0.1/1/\(uniqueName("none"))", timeout: limit)
    }
    #expect(
      error.map {
        ["QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue"].contains($0.code)
      }
        == true, "\(String(describing: error))")
    #expect(error?.isRetriable == false)
  }

  @Test func `a bucket tells its queue of new objects`() throws {
    var queues = try SQSClient(lookup: lookup)
    var objects = try S3Client(lookup: lookup)
    let bucket = uniqueName("sluice-notify")
    let url = try queues.createQueue(uniqueName("q"), timeout: limit)
    try objects.createBucket(bucket, timeout: limit)
    try objects.notify(
      queueARN: try queues.queueARN(of: url, timeout: limit), ofObjectsCreatedIn: bucket,
      prefix: "uploads/", timeout: limit)
    for key in ["uploads/a b.csv", "rejected/a.csv"] {
      _ = try objects.put(S3Object(bucket: bucket, key: key), body: [1], timeout: limit)
    }
    var bodies: [String] = []
    while let message = try queues.receive(
      from: url, maximum: 1, wait: .seconds(1), timeout: limit
    ).first {
      bodies.append(message.body)
    }
    let records = bodies.filter { $0.contains("ObjectCreated:Put") }
    #expect(records.count == 1)
    #expect(records.first?.contains("a+b.csv") == true)
  }
}
