import AWS
import CLI
import JSON
import LambdaEvents
import Testing

@Suite struct `Queue batches` {
  static func batch(_ identifiers: [String]) throws -> QueueBatch {
    let messages = try identifiers.map { identifier in
      try JSON.decode(
        SQSMessage.self,
        from: Array(
          """
          {"MessageId":"\(identifier)","ReceiptHandle":"r-\(identifier)","Body":"{\\"n\\":1}",
           "MD5OfBody":"0","Attributes":{"ApproximateReceiveCount":"2","SentTimestamp":"7"}}
          """.utf8))
    }
    return QueueBatch(
      messages, queueARN: "arn:aws:sqs:us-east-1:123456789012:q", region: "us-east-1")
  }

  static func response(_ text: String) -> InvocationResult {
    .response(InvocationResponse(contentType: "application/json", body: Array(text.utf8)))
  }

  /// What stays of the messages a and b.
  static let answers: [(answer: String, stay: [String])] = [
    (#"{"batchItemFailures":[]}"#, []),
    (#"{"batchItemFailures":null}"#, []),
    ("{}", []),
    ("null", []),
    ("", []),
    (#"{"loads":[],"batchItemFailures":[{"itemIdentifier":"b"}]}"#, ["b"]),
    (#"{"batchItemFailures":[{"itemIdentifier":"a"},{"itemIdentifier":"b"}]}"#, ["a", "b"]),
    (#"{"batchItemFailures":[{"itemIdentifier":"b"},{"itemIdentifier":"b"}]}"#, ["b"]),
    (#"{"batchItemFailures":[{"itemIdentifier":""}]}"#, ["a", "b"]),
    (#"{"batchItemFailures":[{"itemIdentifier":null}]}"#, ["a", "b"]),
    (#"{"batchItemFailures":[{"id":"a"}]}"#, ["a", "b"]),
    (#"{"batchItemFailures":[{"itemIdentifier":"c"}]}"#, ["a", "b"]),
    (#"{"batchItemFailures":"b"}"#, ["a", "b"]),
    ("not json", ["a", "b"]),
  ]

  @Test(arguments: answers)
  func `an answer decides which messages stay`(answer: String, stay: [String]) throws {
    let batch = try Self.batch(["a", "b"])
    #expect(batch.failures(after: Self.response(answer)).map(\.messageID) == stay)
  }

  @Test func `a failed invocation deletes nothing`() throws {
    let failure = InvocationFailure(type: "Function.X", body: Array("{}".utf8))
    let batch = try Self.batch(["a", "b"])
    #expect(batch.failures(after: .failure(failure)).map(\.messageID) == ["a", "b"])
  }

  @Test func `the event is one that our handlers read`() throws {
    let event = try Self.batch(["a", "b"]).event()
    let value = try JSON.decode(JSONValue.self, from: event)
    let first = value["Records"]?[0]
    #expect(first?["messageId"] == .string("a"))
    #expect(first?["receiptHandle"] == .string("r-a"))
    #expect(first?["body"] == .string(#"{"n":1}"#))
    #expect(first?["attributes"]?["ApproximateReceiveCount"] == .string("2"))
    #expect(first?["eventSource"] == .string("aws:sqs"))
    #expect(first?["eventSourceARN"] == .string("arn:aws:sqs:us-east-1:123456789012:q"))
    let decoded = try JSON.decode(SQSEvent.self, from: event)
    #expect(decoded.messages.map(\.messageID) == ["a", "b"])
  }
}

@Suite struct `Load reports` {
  static let lines: [(report: String, line: String)] = [
    (
      #"""
      {"key":"uploads/jobs/jobs.csv","table":"jobs","status":"loaded","read":12,"inserted":10,
       "updated":0,"rejected":2,"seconds":0.0249,"rejects":[]}
      """#,
      "uploads/jobs/jobs.csv → jobs: loaded, 12 read = 10 inserted + 2 rejected, 0.02 s"
    ),
    (
      #"{"key":"k","status":"failed","reason":"no table","read":0,"seconds":2}"#,
      "k: failed, 0 read = 0, 2.00 s: no table"
    ),
    (#"{"key":"k","table":"t","status":"stale","seconds":1e300}"#, "k → t: stale"),
    ("{}", "?: ?"),
  ]

  @Test(arguments: lines)
  func `a report is one line`(report: String, line: String) throws {
    let answer = Array(#"{"loads":[\#(report)]}"#.utf8)
    #expect(ReportedLoad.all(in: answer).map(\.line) == [line])
  }

  @Test(arguments: ["[]", "null", "nonsense", #"{"loads":{}}"#])
  func `an answer of another shape has no reports`(answer: String) {
    #expect(ReportedLoad.all(in: Array(answer.utf8)).isEmpty)
  }

  @Test func `rejects are told by line and reason, and how many more there are`() throws {
    let report = #"""
      {"key":"k","status":"loaded","rejected":9,"rejects":[
       {"line":4,"column":"age","reason":"age is missing"},{"line":5,"reason":"too short"},
       {"line":6,"column":"name","reason":"too long"}]}
      """#
    let value = try JSON.decode(JSONValue.self, from: Array(report.utf8))
    #expect(
      ReportedLoad(value).rejectLines(limit: 2)
        == ["line 4: age is missing", "line 5: too short", "… and 7 more"])
    #expect(ReportedLoad(value).rejectLines(limit: 3).last == "… and 6 more")
    #expect(ReportedLoad(value).rejectLines(limit: 3)[2] == "line 6, name: too long")
    let named = report.replacing(#""key":"k","#, with: #""key":"k","rejects_key":"rejected/k","#)
    #expect(
      ReportedLoad(try JSON.decode(JSONValue.self, from: Array(named.utf8))).rejectLines(limit: 3)
        .last
        == "fix and upload again: rejected/k")
  }
}
