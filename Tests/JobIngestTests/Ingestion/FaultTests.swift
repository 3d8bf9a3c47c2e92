import CLI
import JSON
import JobIngest
import LambdaRuntime
import TestSupport
import Testing

/// What the service may do to a run, and what becomes of the tables.
@Suite("Ingestion faults", .enabled(if: IngestRig.isAvailable, "\(IngestRig.reason)"))
struct FaultTests {
  @Test(arguments: [
    #"{"kind": "status", "status": 429, "retryAfter": "1"}"#,
    #"{"kind": "status", "status": 503}"#, #"{"kind": "status", "status": 500}"#,
    #"{"kind": "html"}"#, #"{"kind": "truncated"}"#, #"{"kind": "empty"}"#,
    #"{"kind": "close", "after": 5000}"#, #"{"kind": "slow", "milliseconds": 300}"#,
  ])
  func `fault 43: what passes costs time and nothing else`(fault: String) throws {
    var rig = try IngestRig()
    try rig.order("/stub/fault", fault)
    let answer = try rig.ingest()
    #expect(answer.status == "complete")
    #expect(answer.found > 30)
    #expect(answer.inserted == answer.found)
  }

  @Test(arguments: [401, 403])
  func `fault 43: a refused key fails the run at once and says which setting to look at`(
    status: Int
  ) throws {
    var rig = try IngestRig()
    try rig.order("/stub/fault", #"{"kind": "status", "status": \#(status)}"#)
    let error = try #require(throws: (any Error).self) { try rig.ingest() }
    #expect("\(error)".contains("USAJOBS_API_KEY"))
    #expect(!"\(error)".contains("test-key"))
    let runs = try rig.database.rows("SELECT status, reason IS NOT NULL FROM sluice.ingest_runs")
    #expect(runs == [["failed", "t"]])
    #expect(try rig.ingest().status == "complete")
  }

  @Test func `fault 42: a table that does not follow the package is told by its column`() throws {
    var rig = try IngestRig()
    try rig.database.execute(
      "CREATE TABLE departments (id integer PRIMARY KEY); INSERT INTO departments VALUES (1)")
    let error = try #require(throws: (any Error).self) { try rig.ingest() }
    let failure = try #require(error as? any FunctionError)
    #expect(failure.errorType == "TableMismatch")
    #expect(failure.message.contains("is new and required"))
    #expect(!failure.message.contains("Optional"))
  }

  @Test(arguments: [
    #"{"kind": "status", "status": 429, "retryAfter": "3600"}"#,
    #"{"kind": "status", "status": 503, "times": 9}"#, #"{"kind": "truncated", "times": 9}"#,
  ])
  func `fault 43: what does not pass leaves a partial run that closes nothing`(
    fault: String
  ) throws {
    var rig = try IngestRig()
    let whole = try rig.ingest()
    try rig.order("/stub/change", #"{"dropped": 3}"#)
    try rig.order("/stub/fault", fault)
    let partial = try rig.ingest(within: .seconds(12))
    #expect(partial.status == "partial")
    #expect(partial.closed == 0)
    try rig.clearFaults()
    let resumed = try rig.ingest()
    #expect(resumed.run == partial.run)
    #expect(resumed.status == "complete")
    #expect(resumed.closed == 3)
    #expect(resumed.found == whole.found - 3)
  }

  @Test(arguments: ["title", "id", "descriptor"])
  func `fault 43: what cannot be read is kept with its reason, and the rest goes on`(
    breakage: String
  ) throws {
    var rig = try IngestRig()
    try rig.order("/stub/fault", #"{"kind": "oneBad", "breakage": "\#(breakage)"}"#)
    let first = try rig.ingest()
    #expect(first.status == "complete")
    #expect(first.rejected == 1)
    #expect(first.inserted == first.found - 1)
    #expect(first.addsUp)
    let rejects = try rig.database.rows(
      "SELECT code, reason, document::jsonb ->> 'MatchedObjectId' FROM sluice.ingest_rejects")
    #expect(rejects.count == 1)
    #expect(rejects[0][1].contains("MatchedObject"), "\(rejects)")
    #expect(rejects[0][2].isEmpty == (breakage == "id"))
    // A posting that was read before is not taken for closed because it cannot be read today.
    let second = try rig.ingest()
    #expect(second.figures == [first.found, 1, 0, first.found - 1, 0, 0])
    try rig.order("/stub/fault", #"{"kind": "oneBad", "breakage": "\#(breakage)"}"#)
    let third = try rig.ingest()
    #expect(third.figures == [first.found, 0, 0, first.found - 1, 0, 1])
  }

  @Test func `fault 43: postings that move between pages are all seen, and none is closed`() throws
  {
    var rig = try IngestRig(postings: 200, locations: 1)
    let whole = try rig.ingest()
    #expect(whole.found > 100)
    try rig.order("/stub/fault", #"{"kind": "shrink"}"#)
    let shrunk = try rig.ingest()
    #expect(shrunk.status == "complete")
    // The posting that went was seen before it did; only the next run can know.
    #expect(shrunk.figures == [whole.found, 0, 0, whole.found, 0, 0])
    #expect(shrunk.duplicates > 0)
    let after = try rig.ingest()
    #expect(after.figures == [whole.found - 1, 0, 0, whole.found - 1, 1, 0])
    try rig.order("/stub/fault", #"{"kind": "duplicate"}"#)
    let doubled = try rig.ingest()
    #expect(doubled.closed == 0)
    #expect(doubled.found == whole.found - 1)
    #expect(doubled.duplicates > 0)
  }

  @Test func `fault 43: an endless move ends as partial and closes nothing`() throws {
    var rig = try IngestRig(postings: 200, locations: 1)
    let whole = try rig.ingest()
    try rig.order("/stub/fault", #"{"kind": "shrink", "times": 50}"#)
    let answer = try rig.ingest()
    #expect(answer.status == "partial")
    #expect(answer.closed == 0)
    try rig.clearFaults()
    let after = try rig.ingest()
    #expect(after.run != answer.run)
    #expect(after.status == "complete")
    #expect(after.closed == whole.found - after.found)
  }
}
