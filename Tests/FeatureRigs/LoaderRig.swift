import AWS
import CSVLoad
import Glibc
package import JSON
import LambdaEvents
package import LambdaRuntime
import Synchronization
package import TestSupport
import Testing

/// The handlers on real servers: a bucket and a database of its own for each test.
package struct LoaderRig: ~Copyable {
  private static let count = Atomic<Int>(0)

  /// Whether its servers are there.
  package static var isAvailable: Bool { ScratchDatabase.isAvailable && AWSServer.isAvailable }
  /// What to do when they are not.
  package static let reason = "set TEST_DATABASE_URL and TEST_AWS_ENDPOINT_URL"

  /// The database that the handlers use.
  package let database: ScratchDatabase
  /// The bucket whose objects are loaded.
  package let bucket: String
  /// The variables that the handlers have.
  package let variables: EnvironmentVariables
  private var s3: S3Client
  private var handler: CSVLoadHandler

  /// Makes the bucket and the database; `more` changes or adds variables.
  package init(_ more: [String: String] = [:]) throws {
    let database = try ScratchDatabase()
    let bucket = "loader-\(getpid())-\(Self.count.add(1, ordering: .relaxed).newValue)"
    var values = [
      "SLUICE_DATAPACKAGE": Checkout.dataPackage,
      "DATABASE_URL": database.url,
    ]
    values.merge(AWSServer.variables) { _, new in new }
    values.merge(more) { _, new in new }
    let variables = EnvironmentVariables(values)
    var s3 = try S3Client(lookup: { variables[$0] })
    try s3.createBucket(bucket, timeout: .seconds(10))
    let handler = try CSVLoadHandler(variables: variables)
    self.init(
      database: database, bucket: bucket, variables: variables, s3: s3, handler: handler)
  }

  private init(
    database: ScratchDatabase, bucket: String, variables: EnvironmentVariables,
    s3: consuming S3Client, handler: consuming CSVLoadHandler
  ) {
    self.database = database
    self.bucket = bucket
    self.variables = variables
    self.s3 = s3
    self.handler = handler
  }

  /// Goes on by another package, as after a deployment.
  package mutating func deploy(_ package: PackageFile) throws {
    var values = AWSServer.variables
    values["DATABASE_URL"] = database.url
    values["SLUICE_DATAPACKAGE"] = package.path
    handler = try CSVLoadHandler(variables: EnvironmentVariables(values))
  }

  /// Puts an object into the bucket and gives its ETag.
  @discardableResult
  package mutating func upload(_ text: String, as key: String) throws -> String {
    try upload(Array(text.utf8), as: key)
  }

  /// Puts bytes into the bucket and gives the ETag of the object.
  @discardableResult
  package mutating func upload(_ bytes: [UInt8], as key: String) throws -> String {
    let head = try s3.put(
      S3Object(bucket: bucket, key: key), body: bytes, timeout: .seconds(10))
    return (head.eTag ?? "").replacing("\"", with: "")
  }

  /// The text of an object in the bucket; nil when there is none.
  package mutating func object(_ key: String) throws -> String? {
    do {
      return String(decoding: try bytes(of: key), as: UTF8.self)
    } catch let error as AWSError where error.status == 404 {
      return nil
    }
  }

  /// The bytes of an object in the bucket.
  package mutating func bytes(of key: String) throws -> [UInt8] {
    var bytes: [UInt8] = []
    _ = try s3.get(S3Object(bucket: bucket, key: key), timeout: .seconds(10)) { _, piece in
      unsafe piece.withUnsafeBufferPointer { unsafe bytes.append(contentsOf: $0) }
    }
    return bytes
  }

  /// A notification as S3 sends it.
  package func notification(_ key: String, eTag: String? = nil, sequencer: String? = nil) -> String
  {
    let escaped = key.utf8.map { byte in
      byte == 0x20
        ? "+"
        : byte < 0x80 && byte > 0x20 && !"+%\"\\".utf8.contains(byte)
          ? String(UnicodeScalar(byte)) : (byte < 0x10 ? "%0" : "%") + String(byte, radix: 16)
    }.joined()
    let tag = eTag.map { #","eTag":"\#($0)""# } ?? ""
    let order = sequencer.map { #","sequencer":"\#($0)""# } ?? ""
    return """
      {"Records":[{"eventVersion":"2.1","eventSource":"aws:s3","awsRegion":"us-east-1",\
      "eventTime":"2026-01-01T00:00:00.000Z","eventName":"ObjectCreated:Put","s3":{"bucket":\
      {"name":"\(bucket)"},"object":{"key":"\(escaped)","size":1\(tag)\(order)}}}]}
      """
  }

  /// A queue's batch of messages with these bodies, whose ids are their positions.
  package func batch(_ bodies: [String]) throws -> String {
    let records = try bodies.enumerated().map { index, body in
      let text = String(decoding: try JSON.encode(body), as: UTF8.self)
      return """
        {"messageId":"\(index)","receiptHandle":"r\(index)","body":\(text),"attributes":\
        {"ApproximateReceiveCount":"1"},"messageAttributes":{},"md5OfBody":"",\
        "eventSource":"aws:sqs","eventSourceARN":"arn:aws:sqs:us-east-1:000000000000:q",\
        "awsRegion":"us-east-1"}
        """
    }
    return #"{"Records":[\#(records.joined(separator: ","))]}"#
  }

  /// Hands an event to `csv-load` and gives its answer.
  package mutating func invoke(
    _ event: String, timeout: Duration = .seconds(30), log: Log = .process
  ) throws -> JSONValue {
    let decoded = try JSON.decode(ObjectEvent.self, from: Array(event.utf8))
    let context = InvocationContext(
      requestID: "request-1", deadline: .after(timeout), log: log)
    let output = try handler.handle(decoded, context: context)
    return try JSON.decode(JSONValue.self, from: try JSON.encode(output))
  }

  /// Uploads an object and loads it by a message of the queue, whose report it gives.
  package mutating func load(_ text: String, as key: String) throws -> Report {
    try load(Array(text.utf8), as: key)
  }

  /// Uploads bytes and loads them by a message of the queue.
  package mutating func load(_ bytes: [UInt8], as key: String) throws -> Report {
    let eTag = try upload(bytes, as: key)
    return try report(notification(key, eTag: eTag))
  }

  /// Loads by one message of the queue.
  package mutating func report(_ notification: String) throws -> Report {
    let answer = try invoke(try batch([notification]))
    return Report(value: answer["loads"]?[0] ?? .null, answer: answer)
  }

  /// A load's report with its figures at hand; whatever the test, every record is accounted for.
  package struct Report {
    /// The report.
    package let value: JSONValue
    /// The whole answer of the handler.
    package let answer: JSONValue

    /// Makes a report, whose counts have to add up.
    package init(value: JSONValue, answer: JSONValue) {
      self.value = value
      self.answer = answer
      #expect(value["read"] == nil || isBalanced, "\(value)")
    }

    /// What became of the load.
    package var status: String { value["status"]?.string ?? "" }
    /// The code of what refused the file.
    package var code: String { value["code"]?.string ?? "" }
    /// Why the file was refused.
    package var reason: String { value["reason"]?.string ?? "" }
    /// Where the file of rejects is.
    package var rejectsKey: String { value["rejects_key"]?.string ?? "" }
    /// How many messages were returned to the queue.
    package var returned: Int { Self.count(answer["batchItemFailures"]) }
    /// The first rejects.
    package var rejects: [JSONValue] {
      if case .array(let values)? = value["rejects"] { values } else { [] }
    }

    /// A figure; -1 when there is none.
    package subscript(name: String) -> Int {
      if case .integer(let number)? = value[name] { Int(number) } else { -1 }
    }

    /// The figures inserted, updated, unchanged, superseded, rejected.
    package var outcome: [Int] {
      ["inserted", "updated", "unchanged", "superseded", "rejected"].map { self[$0] }
    }

    /// Whether every record that was read is in one of the figures.
    package var isBalanced: Bool { self["read"] == outcome.reduce(0, +) + self["pending"] }

    private static func count(_ value: JSONValue?) -> Int {
      if case .array(let values)? = value { values.count } else { -1 }
    }
  }
}

extension LoaderRig {
  /// Loads by a handler of its own and gives the status, for workers that run side by side.
  @concurrent package static func statuses(
    _ event: String, _ variables: EnvironmentVariables
  ) async throws -> String {
    try status(event, variables)
  }

  /// Loads by a handler of its own and gives the status, on a thread of the caller's.
  package static func status(_ event: String, _ variables: EnvironmentVariables) throws -> String {
    var handler = try CSVLoadHandler(variables: variables)
    let decoded = try JSON.decode(ObjectEvent.self, from: Array(event.utf8))
    let output = try handler.handle(
      decoded, context: InvocationContext(requestID: "race", deadline: .after(.seconds(30))))
    let answer = try JSON.decode(JSONValue.self, from: try JSON.encode(output))
    guard let load = answer["loads"]?[0] else { return "returned" }
    return Report(value: load, answer: answer).status
  }
}
