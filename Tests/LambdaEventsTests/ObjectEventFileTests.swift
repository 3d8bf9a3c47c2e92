import JSON
import LambdaEvents
import TestSupport
import Testing

/// What a sample event must give.
struct ExpectedObject: Sendable {
  var kind = ObjectNotification.Kind.created
  var key = "uploads/hired_employees/hired_employees.csv"
  var rawKey: String?
  var size: Int64? = 80_414
  var hasETag = true
  var hasVersion = false
  var sequencer: String? = "0065A1F3C2D4E5F607"
  var eventTime = "2024-01-13T02:21:38.512Z"
}

private let accented = "uploads/people/sample people (2024)+néw 100%.csv"

let directObjects: [(file: String, expected: ExpectedObject)] = [
  ("csv-load.s3-put", ExpectedObject()),
  (
    "csv-load.s3-put-2.0",
    ExpectedObject(key: "uploads/departments/departments.csv", size: 213, sequencer: nil)
  ),
  (
    "csv-load.s3-put-2.6",
    ExpectedObject(
      key: "uploads/people/sample people (2024)+néw 100%.csv",
      rawKey: "uploads/people/sample+people+%282024%29%2Bn%C3%A9w+100%25.csv",
      size: 73_400_320, hasVersion: true, sequencer: "0065A1F3C9000012AB")
  ),
  (
    "csv-load.s3-removed",
    ExpectedObject(kind: .removed, size: nil, hasETag: false, sequencer: "0065A1F4D300000001")
  ),
  (
    "csv-load.s3-tagging",
    ExpectedObject(kind: .other("ObjectTagging:Put"), size: nil, sequencer: nil)
  ),
  ("csv-load.sns-s3", ExpectedObject()),
  (
    "csv-load.eventbridge-s3",
    ExpectedObject(key: accented, hasVersion: true, eventTime: "2024-01-13T02:21:38Z")
  ),
  (
    "csv-load.eventbridge-s3-deleted",
    ExpectedObject(
      kind: .removed, size: nil, sequencer: "0065A1F4D300000001", eventTime: "2024-01-13T02:21:38Z")
  ),
]

let queuedObjects: [(file: String, receiveCount: Int, expected: ExpectedObject)] = [
  ("csv-load.sqs-s3", 1, ExpectedObject()),
  ("csv-load.sqs-sns-s3", 1, ExpectedObject()),
  (
    "csv-load.sqs-eventbridge-s3", 2,
    ExpectedObject(hasVersion: true, eventTime: "2024-01-13T02:21:38Z")
  ),
]

let objectFilesTestedByThemselves = [
  "csv-load.s3-test-event", "csv-load.sqs-s3-test-event", "csv-load.sqs-mixed",
]

@Suite struct `Sample events of csv-load` {
  @Test(arguments: directObjects)
  func `fault 21: each way straight to the function gives the object`(
    file: String, expected: ExpectedObject
  ) throws {
    let event = try JSON.decode(ObjectEvent.self, from: EventFile.bytes(file))
    let found = try objects(event)
    try #require(found.count == 1)
    check(found[0], expected)
  }

  @Test(arguments: queuedObjects)
  func `fault 21: each way through a queue gives the object`(
    file: String, receiveCount: Int, expected: ExpectedObject
  ) throws {
    let event = try JSON.decode(ObjectEvent.self, from: EventFile.bytes(file))
    let found = try messages(event)
    try #require(found.count == 1)
    #expect(found[0].messageID.count == 36)
    #expect(found[0].receiveCount == receiveCount)
    #expect(!found[0].isTestEvent)
    let objects = try found[0].contents.get()
    try #require(objects.count == 1)
    check(objects[0], expected)
  }

  @Test func `fault 20: a removal without size or tag is told from a creation`() throws {
    let event = try JSON.decode(
      S3Event.self, from: EventFile.bytes("csv-load.s3-removed"))
    #expect(event.objects.map(\.kind) == [.removed])
    #expect(event.objects[0].size == nil)
    #expect(event.objects[0].eTag == nil)
  }

  @Test func `fault 16: the test event is known when it comes straight`() throws {
    let event = try JSON.decode(ObjectEvent.self, from: EventFile.bytes("csv-load.s3-test-event"))
    guard case .test = event else {
      Issue.record("not a test event: \(event)")
      return
    }
  }

  @Test func `fault 16: the test event in a queue is a message that holds nothing`() throws {
    let event = try JSON.decode(
      ObjectEvent.self, from: EventFile.bytes("csv-load.sqs-s3-test-event"))
    let found = try messages(event)
    #expect(found.map(\.isTestEvent) == [true])
    #expect(try found[0].contents.get().isEmpty)
  }

  @Test func `fault 22: poison among good messages fails only itself`() throws {
    let event = try JSON.decode(ObjectEvent.self, from: EventFile.bytes("csv-load.sqs-mixed"))
    let found = try messages(event)
    let outcomes = found.map { message in
      switch message.contents {
      case .success(let objects): message.isTestEvent ? "test" : "\(objects.count) object"
      case .failure(let fault): "\(fault.code) at \(fault.path)"
      }
    }
    #expect(
      outcomes == [
        "1 object",
        "malformedJSON at body",
        "unknownShape at body",
        "test",
        "unexpectedValue at body.Records[0].s3.object.key",
        "1 object",
        "unexpectedValue at body.Records[0].s3.object",
        "1 object",
        "1 object",
        "malformedJSON at body",
      ])
    #expect(found[1].receiveCount == 3)
    // The same message may come twice in one batch.
    #expect(found[0].messageID == found[8].messageID)
  }

  private func check(_ object: ObjectNotification, _ expected: ExpectedObject) {
    #expect(object.kind == expected.kind)
    #expect(object.bucket == "sluice-uploads")
    #expect(Array(object.key.utf8) == Array(expected.key.utf8))
    #expect(object.rawKey == expected.rawKey ?? expected.key)
    #expect(object.size == expected.size)
    #expect((object.eTag?.count ?? 0 >= 32) == expected.hasETag)
    #expect((object.versionID?.count == 32) == expected.hasVersion)
    #expect(object.sequencer == expected.sequencer)
    #expect(object.region == "us-east-1")
    #expect(object.eventTime == expected.eventTime)
  }
}
