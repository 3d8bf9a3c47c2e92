import FeatureRigs
import JSON
import TestSupport
import Testing

/// Loads whose object comes over a line that fails.
@Suite(.enabled(if: LoaderRig.isAvailable, Comment(rawValue: LoaderRig.reason)))
struct `Download faults` {
  static let key = "uploads/departments/d.csv"
  static let file = `Compressed files`.file

  /// What S3 answers to a request for an object of these bytes.
  static func serve(
    _ bytes: [UInt8], eTag: String = "e", to request: HTTPStub.Request
  ) -> HTTPStub.Reply {
    let tag = [("ETag", "\"\(eTag)\"")]
    if request.method == "PUT" { return HTTPStub.Reply(200, tag) }
    if request.method == "HEAD" { return HTTPStub.Reply(200, tag, contentLength: bytes.count) }
    if let condition = request.header("If-Match"), condition != "\"\(eTag)\"" {
      return HTTPStub.Reply(412)
    }
    guard let range = request.header("Range"), let start = Int(range.dropFirst(6).dropLast()) else {
      return HTTPStub.Reply(200, tag, body: bytes)
    }
    return HTTPStub.Reply(
      206, tag + [("Content-Range", "bytes \(start)-\(bytes.count - 1)/\(bytes.count)")],
      body: Array(bytes[start...]))
  }

  static func cut(_ reply: HTTPStub.Reply, after count: Int) -> HTTPStub.Reply {
    reply.with { reply in
      let head = reply.bytes.firstRange(of: Array("\r\n\r\n".utf8))?.upperBound ?? 0
      reply.cutAfter = head + count
    }
  }

  /// A stub that sees only what is asked of the object.
  static func stub(
    _ respond: @escaping @Sendable (_ request: HTTPStub.Request, _ number: Int) -> HTTPStub.Reply
  ) throws -> HTTPStub {
    try HTTPStub { request in
      // The rig makes its bucket first.
      request.target.contains("/d.csv")
        ? respond(request, request.number - 1) : HTTPStub.Reply(200)
    }
  }

  static func rig(_ stub: HTTPStub) throws -> LoaderRig {
    try LoaderRig(["AWS_ENDPOINT_URL": stub.url])
  }

  static func report(
    _ rig: inout LoaderRig, eTag: String? = "e", timeout: Duration = .seconds(30)
  ) throws -> LoaderRig.Report {
    let answer = try rig.invoke(
      try rig.batch([rig.notification(key, eTag: eTag)]), timeout: timeout)
    return LoaderRig.Report(value: answer["loads"]?[0] ?? .null, answer: answer)
  }

  static func isUntouched(_ rig: borrowing LoaderRig) throws -> Bool {
    try rig.database.rows(
      """
      SELECT (SELECT count(*) FROM departments), (SELECT count(*) FROM sluice.rejects),
        (SELECT count(*) FROM sluice.loads WHERE status = 'loaded')
      """) == [["0", "0", "0"]]
  }

  @Test(arguments: ["cat", "gzip", "zstd"])
  func `fault 30: a download cut again and again loads as if it had not been`(
    _ command: String
  ) throws {
    let bytes = try CompressedBytes.make(Self.file, by: command)
    let cuts = [1, 2, 1, 507, 1, 1, 1000, bytes.count / 3, 4]
    let stub = try Self.stub { request, number in
      let reply = Self.serve(bytes, to: request)
      return number < cuts.count ? Self.cut(reply, after: cuts[number]) : reply
    }
    var rig = try Self.rig(stub)
    let report = try Self.report(&rig)
    #expect(report.isBalanced && report.outcome == [8100, 0, 0, 0, 900], "\(report.value)")
    let gets = stub.requests.filter { $0.method == "GET" }
    #expect(gets.count == cuts.count + 1)
    #expect(gets.allSatisfy { $0.header("If-Match") == "\"e\"" })
    #expect(
      try rig.database.value(
        "SELECT sum(id) || ' ' || count(DISTINCT department) FROM departments")
        == "\((1...9000).filter { $0 % 10 != 0 }.reduce(0, +)) 8100")
    #expect(
      try rig.database.value(
        "SELECT string_agg(line::text, ',' ORDER BY record) FROM sluice.rejects")
        == (1...900).map { "\($0 * 10)" }.joined(separator: ","))
  }

  @Test func `fault 30: errors of the service on the way are waited out`() throws {
    let stub = try Self.stub { request, number in
      switch number {
      case 0: Self.cut(Self.serve(Self.file, to: request), after: 20_000)
      case 1...3: HTTPStub.Reply(number == 2 ? 503 : 500)
      default: Self.serve(Self.file, to: request)
      }
    }
    var rig = try Self.rig(stub)
    #expect(try Self.report(&rig).outcome == [8100, 0, 0, 0, 900])
  }

  @Test func `fault 30: silence until the time is up returns the message and changes nothing`()
    throws
  {
    let stub = try Self.stub { request, _ in
      Self.serve(Self.file, to: request).with { $0.silentAfter = 50_000 }
    }
    var rig = try Self.rig(stub)
    let report = try Self.report(&rig, timeout: .seconds(4))
    #expect(report.returned == 1 && report.status.isEmpty, "\(report.answer)")
    #expect(try Self.isUntouched(rig))
  }

  @Test func `fault 30: bytes from another place return the message and change nothing`() throws {
    let stub = try Self.stub { request, number in
      let reply = Self.serve(Self.file, to: request)
      guard number > 0 else { return Self.cut(reply, after: 50_000) }
      return HTTPStub.Reply(
        206, [("ETag", "\"e\""), ("Content-Range", "bytes 49999-90000/\(Self.file.count)")],
        body: Array(Self.file[49_999...90_000]))
    }
    var rig = try Self.rig(stub)
    let report = try Self.report(&rig)
    #expect(report.returned == 1, "\(report.answer)")
    #expect(try Self.isUntouched(rig))
  }

  @Test func `fault 19: an object replaced while it is read is loaded as it is then`() throws {
    let old = Array((1...9000).map { $0 % 3 == 0 ? "\($0),\n" : "\($0),Old \($0)\n" }.joined().utf8)
    let new = Array("1,New\n2,\n9001,New\n".utf8)
    let stub = try Self.stub { request, number in
      number == 0
        ? Self.cut(Self.serve(old, eTag: "old", to: request), after: 100_000)
        : Self.serve(new, eTag: "new", to: request)
    }
    var rig = try Self.rig(stub)
    let report = try Self.report(&rig, eTag: "old")
    #expect(report.isBalanced && report.outcome == [2, 0, 0, 0, 1], "\(report.value)")
    #expect(
      try rig.database.rows("SELECT id, department FROM departments ORDER BY id")
        == [["1", "New"], ["9001", "New"]])
    #expect(try rig.database.rows("SELECT line FROM sluice.rejects") == [["2"]])
    #expect(
      try rig.database.rows("SELECT status, etag, bytes FROM sluice.loads")
        == [["loaded", "new", "\(new.count)"]])
    #expect(try Self.report(&rig, eTag: "new").status == "already-loaded")
  }

  @Test func `fault 19: an object replaced by a compressed one is read as that`() throws {
    let new = try CompressedBytes.make(Array("1,New\n".utf8), by: "zstd")
    let old = try CompressedBytes.make(Self.file, by: "gzip")
    let stub = try Self.stub { request, number in
      number == 0
        ? Self.cut(Self.serve(old, eTag: "old", to: request), after: 9000)
        : Self.serve(new, eTag: "new", to: request)
    }
    var rig = try Self.rig(stub)
    #expect(try Self.report(&rig, eTag: "old").outcome == [1, 0, 0, 0, 0])
  }

  @Test func `fault 19: an object that is replaced again and again is left for later`() throws {
    let stub = try Self.stub { request, number in
      // A new version with each request: each GET begins one and cannot end it.
      let eTag =
        "e\(request.method == "GET" && request.header("Range") == nil ? number : number + 1)"
      return Self.cut(Self.serve(Self.file, eTag: eTag, to: request), after: 50_000)
    }
    var rig = try Self.rig(stub)
    let report = try Self.report(&rig, eTag: "e0")
    #expect(report.returned == 1, "\(report.answer)")
    #expect(stub.requests.filter { $0.header("Range") == nil && $0.method == "GET" }.count == 3)
    #expect(try Self.isUntouched(rig))
  }

  @Test func `fault 19: an object replaced behind our own look at it is loaded as it is then`()
    throws
  {
    let stub = try Self.stub { request, number in
      // The event has no ETag, and the object is overwritten between HEAD and GET, twice.
      Self.serve(Array("1,New\n".utf8), eTag: "e\(min(number, 4))", to: request)
    }
    var rig = try Self.rig(stub)
    let report = try Self.report(&rig, eTag: nil)
    #expect(report.status == "loaded" && report.outcome == [1, 0, 0, 0, 0], "\(report.answer)")
    #expect(stub.requests.filter { $0.header("If-Match") != nil }.count == 3)
    #expect(try rig.database.value("SELECT etag FROM sluice.loads") == "e4")
  }

  @Test(arguments: [nil, "e0"])
  func `fault 19: an object replaced behind each look at it is left for later`(
    _ told: String?
  ) throws {
    let stub = try Self.stub { request, number in
      let reply = Self.serve(Self.file, eTag: "e\(number)", to: request)
      // The version of the event is lost on the way, so that we have to look ourselves.
      return number == 0 && told != nil ? Self.cut(reply, after: 50_000) : reply
    }
    var rig = try Self.rig(stub)
    let report = try Self.report(&rig, eTag: told)
    #expect(report.returned == 1 && report.status.isEmpty, "\(report.answer)")
    #expect(try Self.isUntouched(rig))
  }

  @Test func `an object removed while it is read is a missing object`() throws {
    let stub = try Self.stub { request, number in
      number == 0
        ? Self.cut(Self.serve(Self.file, to: request), after: 50_000) : HTTPStub.Reply(404)
    }
    var rig = try Self.rig(stub)
    let report = try Self.report(&rig)
    #expect(report.code == "object-missing" && report.returned == 0, "\(report.answer)")
    #expect(try Self.isUntouched(rig))
  }
}
