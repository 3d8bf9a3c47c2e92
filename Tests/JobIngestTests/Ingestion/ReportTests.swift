import CLI
import HTTP
import JSON
import JobIngest
import LambdaRuntime
import TestSupport
import Testing

/// What is mailed about runs, and what the answer says of it.
@Suite("Ingestion reports", .enabled(if: IngestRig.isAvailable, "\(IngestRig.reason)"))
struct ReportTests {
  /// A rig whose reports go to a server that answers as SES does, or not.
  private func rig(_ ses: HTTPStub, _ more: [String: String] = [:]) throws -> IngestRig {
    let values = [
      "REPORT_EMAIL_FROM": "from@example.com", "REPORT_EMAIL_TO": "to@example.com",
      "AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test",
      "AWS_ENDPOINT_URL_SESV2": ses.url,
    ]
    return try IngestRig(values.merging(more) { $1 })
  }

  private static let taken = HTTPStub.Reply(body: Array(#"{"MessageId": "m"}"#.utf8))

  private func subjects(_ ses: HTTPStub) throws -> [String?] {
    try ses.requests.map { request in
      let message = try JSON.decode(JSONValue.self, from: request.body)
      return message["Content"]?["Simple"]?["Subject"]?["Data"]?.string
    }
  }

  @Test func `a run that changed something is reported, and no other`() throws {
    let ses = try HTTPStub(Self.taken)
    var rig = try rig(ses)
    let first = try rig.ingest()
    #expect(first.report == "sent")
    #expect(try rig.ingest().report == nil)
    try rig.order("/stub/change", #"{"changed": 2, "dropped": 1, "added": 3}"#)
    #expect(try rig.ingest().report == "sent")
    #expect(
      try subjects(ses) == [
        "USAJOBS: \(first.found) new (data-engineering-chicago)",
        "USAJOBS: 3 new, 2 changed, 1 closed (data-engineering-chicago)",
      ])
    let body = try #require(ses.requests.last?.body)
    let text = try JSON.decode(JSONValue.self, from: body)["Content"]?["Simple"]?["Body"]?["Text"]
    let lines = text?["Data"]?.string?.split(separator: "\n") ?? []
    for heading in ["New (3)", "Changed (2)", "Closed (1)"] {
      #expect(lines.contains("\(heading)"))
    }
    #expect(lines.count { $0.hasPrefix("  https://www.usajobs.gov/") } == 6)
    let titles = try rig.database.rows("SELECT title FROM postings WHERE closed_at IS NOT NULL")
    #expect(lines.contains("\(titles[0][0])"))
  }

  @Test func `a report that cannot be sent fails nothing`() throws {
    let ses = try HTTPStub(HTTPStub.Reply(500))
    var rig = try rig(ses)
    let answer = try rig.ingest()
    #expect(answer.status == "complete" && answer.inserted == answer.found)
    #expect(answer.report == "failed")
    #expect(ses.requests.count == 1)
  }

  @Test func `a run in several parts is reported once, with all of it`() throws {
    let ses = try HTTPStub(Self.taken)
    var rig = try rig(ses)
    let whole = try rig.ingest()
    try rig.database.execute("TRUNCATE postings, posting_searches")
    // The first page comes, the second does not.
    try rig.order("/stub/fault", #"{"kind": "slow", "milliseconds": 1}"#)
    try rig.order("/stub/fault", #"{"kind": "status", "status": 429, "retryAfter": "3600"}"#)
    let part = try rig.ingest()
    #expect(part.status == "partial" && part.report == nil)
    #expect(part.inserted > 0 && part.inserted < whole.found)
    let rest = try rig.ingest()
    #expect(rest.run == part.run && rest.report == "sent")
    #expect(
      try subjects(ses).last == "USAJOBS: \(whole.found) new (data-engineering-chicago)")
    #expect(ses.requests.count == 2)
  }

  @Test func `a run that was refused half-way is reported as far as it came`() throws {
    let ses = try HTTPStub(Self.taken)
    var rig = try rig(ses)
    try rig.order("/stub/fault", #"{"kind": "slow", "milliseconds": 1}"#)
    try rig.order("/stub/fault", #"{"kind": "status", "status": 401}"#)
    #expect(throws: (any Error).self) { try rig.ingest() }
    let inserted = try rig.database.value("SELECT count(*) FROM postings")
    #expect(try subjects(ses) == ["USAJOBS: \(inserted) new (data-engineering-chicago)"])
  }

  @Test func `nothing is mailed unless it is asked for, and half a wish is an error`() throws {
    let ses = try HTTPStub(Self.taken)
    var rig = try rig(ses, ["REPORT_EMAIL_FROM": "", "REPORT_EMAIL_TO": ""])
    #expect(try rig.ingest().report == nil)
    #expect(ses.requests.isEmpty)
    let error = #expect(throws: SettingError.self) {
      _ = try self.rig(ses, ["REPORT_EMAIL_FROM": ""])
    }
    #expect(error?.variable == "REPORT_EMAIL_FROM")
  }
}
