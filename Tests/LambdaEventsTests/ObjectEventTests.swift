import JSON
import LambdaEvents
import Testing

@Suite struct `An event about objects` {
  @Test(arguments: [
    ("{}", ""),
    ("[]", ""),
    ("\"secret\"", ""),
    (#"{"Records":[{"eventSource":"aws:kinesis","kinesis":{"data":"secret"}}]}"#, "Records"),
    (#"{"Event":"secret"}"#, ""),
  ])
  func `of an unknown shape is refused with the shapes that are known`(
    text: String, path: String
  ) throws {
    let error = try #require(throws: JSONError.self) { try decode(ObjectEvent.self, text) }
    #expect(error.path == path)
    for shape in ["SQS", "S3", "s3:TestEvent", "EventBridge", "SNS"] {
      #expect(error.expected.contains(shape))
    }
    #expect(!"\(error)".contains("secret"))
  }

  @Test(arguments: [
    (#"{"Records":"secret"}"#, "Records"),
    (#"{"Records":["secret"]}"#, "Records[0]"),
    (#"{"Records":[{"eventSource":"aws:s3","s3":"secret"}]}"#, "Records[0].s3"),
    (
      #"{"Records":[{"eventSource":"aws:s3","s3":{"bucket":{},"object":{"key":"secret"}}}]}"#,
      "Records[0].eventName"
    ),
    (s3Event(rawKey: ""), "Records[0].s3.object.key"),
    (s3Event(version: "3.0"), "Records[0].eventVersion"),
    (#"{"Records":[{"eventSource":"aws:sqs","body":"secret"}]}"#, "Records[0].messageId"),
    (
      #"{"Records":[{"EventSource":"aws:sns","Sns":{"Message":"secret"}}]}"#,
      "Records[0].Sns.Message"
    ),
    (
      #"{"Records":[{"EventSource":"aws:sns","Sns":{"Message":"{\"Records\":[{\"s3\":{}}]}"}}]}"#,
      "Records[0].Sns.Message.Records[0].s3.bucket"
    ),
    (#"{"source":"aws.s3","detail-type":"Object Created"}"#, "detail"),
    (
      #"{"source":"aws.s3","detail-type":"x","detail":{"bucket":{"name":"secret"}}}"#,
      "detail.object"
    ),
    (
      #"{"source":"aws.s3","detail-type":"x","detail":{"bucket":{"name":"b"},"object":{"key":"k","size":-7}}}"#,
      "detail.object.size"
    ),
  ])
  func `names the place that is wrong, and no value`(text: String, path: String) throws {
    let error = try #require(throws: JSONError.self) { try decode(ObjectEvent.self, text) }
    #expect(error.path == path)
    #expect(!"\(error)".contains("secret"))
  }

  @Test(arguments: ["2.0", "2.1", "2.2", "2.3", "2.4", "2.5", "2.6", "2.99"])
  func `is read in any minor version`(version: String) throws {
    #expect(try objects(decode(ObjectEvent.self, s3Event(version: version))).count == 1)
  }

  @Test(
    arguments: [
      ("ObjectCreated:Put", .created),
      ("ObjectCreated:Post", .created),
      ("ObjectCreated:Copy", .created),
      ("ObjectCreated:CompleteMultipartUpload", .created),
      ("s3:ObjectCreated:Put", .created),
      ("ObjectRemoved:Delete", .removed),
      ("ObjectRemoved:DeleteMarkerCreated", .removed),
      ("LifecycleExpiration:Delete", .removed),
      ("ObjectRestore:Completed", .other("ObjectRestore:Completed")),
      ("ObjectCreatedLater:Put", .other("ObjectCreatedLater:Put")),
      (
        "s3:Replication:OperationFailedReplication",
        .other("Replication:OperationFailedReplication")
      ),
    ] as [(String, ObjectNotification.Kind)])
  func `tells what happened by the event's name`(
    name: String, kind: ObjectNotification.Kind
  ) throws {
    #expect(try objects(decode(ObjectEvent.self, s3Event(name: name))).map(\.kind) == [kind])
  }

  @Test func `without records brings no object`() throws {
    #expect(try objects(decode(ObjectEvent.self, #"{"Records":[]}"#)).isEmpty)
  }

  @Test(arguments: [("\"null\"", nil), ("null", nil), ("\"\"", nil), ("\"v1\"", "v1")])
  func `has a version only where the version cannot be overwritten`(
    json: String, version: String?
  ) throws {
    let object = #"{"bucket":{"name":"b"},"object":{"key":"k","versionId":\#(json)}}"#
    let event = try decode(
      ObjectEvent.self,
      #"{"Records":[{"eventSource":"aws:s3","eventName":"ObjectCreated:Put","s3":\#(object)}]}"#)
    #expect(try objects(event).map(\.versionID) == [version])
    let detail = object.replacing("versionId", with: "version-id")
    let bridged = try decode(
      ObjectEvent.self,
      #"{"source":"aws.s3","detail-type":"Object Created","detail":\#(detail)}"#)
    #expect(try objects(bridged).map(\.versionID) == [version])
  }

  @Test func `from MinIO, with slashes encoded and names in its own style, is read`() throws {
    let event = try decode(
      ObjectEvent.self,
      """
      {"EventName":"s3:ObjectCreated:Put","Key":"b/users/a","Records":[{"eventVersion":"2.0",
      "eventSource":"minio:s3","awsRegion":"","eventTime":"","eventName":"s3:ObjectCreated:Put",
      "s3":{"bucket":{"name":"b"},"object":{"key":"users%2Fa","size":3,"eTag":"\\"e1\\"",
      "versionId":"","sequencer":""}}}]}
      """)
    let object = try #require(try objects(event).first)
    #expect(object.key == "users/a")
    #expect(object.eTag == "e1")
    #expect(object.versionID == nil && object.sequencer == nil && object.region == nil)
  }
}

@Suite struct `A queue message` {
  @Test(arguments: ["{}", "[]", "7", "null", #""secret""#, batch([s3Event()])])
  func `fault 22: of an unknown shape names the shapes that are known`(body: String) throws {
    let found = try messages(decode(ObjectEvent.self, batch([s3Event(), body, s3Event()])))
    #expect(found.map(\.messageID) == ["m0", "m1", "m2"])
    #expect(try found[0].contents.get().count == 1)
    #expect(try found[2].contents.get().count == 1)
    guard case .failure(let fault) = found[1].contents else {
      Issue.record("the message should have a fault")
      return
    }
    #expect(fault.code == .unknownShape && fault.path == "body")
    #expect(fault.expected.contains("EventBridge") && !"\(fault)".contains("secret"))
  }

  @Test func `fault 22: of any damage leaves its neighbours whole`() throws {
    let whole = Array(s3Event().utf8)
    var random = SystemRandomNumberGenerator()
    for _ in 0..<500 {
      var damaged = whole
      switch Int.random(in: 0..<3, using: &random) {
      case 0: damaged.removeLast(Int.random(in: 1...damaged.count, using: &random))
      case 1:
        damaged.remove(at: Int.random(in: 0..<damaged.count, using: &random))
      default:
        damaged[Int.random(in: 0..<damaged.count, using: &random)] =
          UInt8.random(in: 0..<0x80, using: &random)
      }
      let body = String(decoding: damaged, as: UTF8.self)
      let found = try messages(decode(ObjectEvent.self, batch([s3Event(), body, s3Event()])))
      try #require(found.count == 3)
      #expect(try found[0].contents.get().count == 1)
      #expect(try found[2].contents.get().count == 1)
    }
  }

  @Test func `fault 22: without a body, or with a strange count, keeps its id`() throws {
    let event = try decode(
      ObjectEvent.self,
      """
      {"Records":[
      {"messageId":"a","eventSource":"aws:sqs"},
      {"messageId":"b","eventSource":"aws:sqs","body":7,"attributes":null},
      {"messageId":"c","eventSource":"aws:sqs","body":"{}",
      "attributes":{"ApproximateReceiveCount":"many"}},
      {"messageId":"d","eventSource":"aws:sqs","body":"{}",
      "attributes":{"ApproximateReceiveCount":"-4"}}]}
      """)
    let found = try messages(event)
    #expect(found.map(\.messageID) == ["a", "b", "c", "d"])
    #expect(found.map(\.receiveCount) == [1, 1, 1, 1])
    for message in found { #expect(throws: EventFault.self) { try message.contents.get() } }
  }

  @Test func `may hold wrappers in wrappers, but not without end`() throws {
    func wrapped(_ text: String, times: Int) -> String {
      var text = text
      for _ in 0..<times {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("Type")
        writer.string("Notification")
        writer.key("Message")
        writer.string(text)
        writer.endObject()
        text = String(decoding: writer.bytes, as: UTF8.self)
      }
      return text
    }
    let bodies = [wrapped(s3Event(), times: 2), wrapped(s3Event(), times: 8)]
    let found = try messages(decode(ObjectEvent.self, batch(bodies)))
    #expect(try found[0].contents.get().count == 1)
    #expect(throws: EventFault.self) { try found[1].contents.get() }
  }
}

@Suite struct `A batch response` {
  @Test(
    arguments: [
      ([], #"{"batchItemFailures":[]}"#),
      (["a"], #"{"batchItemFailures":[{"itemIdentifier":"a"}]}"#),
      (
        ["b", "a", "b", "", "a"],
        #"{"batchItemFailures":[{"itemIdentifier":"b"},{"itemIdentifier":"a"}]}"#
      ),
    ] as [([String], String)])
  func `fault 23: has exactly the shape that Lambda asks for`(
    failed: [String], text: String
  ) throws {
    let bytes = try JSON.encode(BatchResponse(failedMessageIDs: failed))
    #expect(String(decoding: bytes, as: UTF8.self) == text)
  }
}
