import Glibc
import JSON
import Postgres
import Synchronization
import TestSupport
import Testing

@testable import Datasets
@testable import JobIngest
@testable import Tables

@Suite("Page store", .enabled(if: ScratchDatabase.isAvailable, "set TEST_DATABASE_URL"))
struct PageStoreTests {
  private func item(_ id: String, _ text: String = #""x""#) -> String {
    """
    {"MatchedObjectId": "\(id)", "MatchedObjectDescriptor": {"PositionID": "P",
     "PositionTitle": "T", "PositionURI": "u", "QualificationSummary": \(text)}}
    """
  }

  private func connect(_ database: ScratchDatabase) throws -> PostgresConnection {
    var connection = try PostgresConnection(try PostgresSettings(url: database.url))
    let package = try DataPackage(variables: Checkout.packageVariables)
    try DatabaseSchema(migrations: Migration.ledger + [.jobIngest], datasets: package.datasets)
      .prepare(
        &connection)
    return connection
  }

  private func claim(
    _ connection: inout PostgresConnection, _ key: String = "s"
  ) throws -> IngestRun {
    let claim = try RunLedger.claim(
      (key: key, query: "q"), requestID: "r", lease: .seconds(60), pageSize: 25, &connection)
    guard case .run(let run) = claim else { throw NotClaimed() }
    return run
  }

  private struct NotClaimed: Error {}

  private func save(
    _ items: [String], _ run: IngestRun, _ connection: inout PostgresConnection
  ) throws -> IngestRun {
    var reader = SearchPageReader()
    let bytes = Array(
      """
      {"SearchResult": {"SearchResultCountAll": 9,
        "SearchResultItems": [\(items.joined(separator: ","))]}}
      """.utf8)
    let page = try reader.read(bytes.span)
    let store = SearchPageStore(minimumAnnualPay: nil, lease: .seconds(60))
    return try store.save(
      page, of: run, next: run.checkpoint, &reader.directory, &connection)
  }

  @Test func `a document that PostgreSQL refuses is a reject, its neighbours are written`() throws {
    let database = try ScratchDatabase()
    var connection = try connect(database)
    let run = try save(
      [item("1"), item("2", #""a\u0000b""#), item("3", "1e200000"), item("4")],
      try claim(&connection), &connection)
    #expect(run.counts.inserted == 2)
    #expect(run.counts.rejected == 2)
    #expect(run.counts.found == 4)
    #expect(try database.rows("SELECT id FROM postings ORDER BY id") == [["1"], ["4"]])
    let rejects = try database.rows(
      "SELECT posting_id, code, document LIKE '%u0000%' FROM sluice.ingest_rejects ORDER BY 1")
    #expect(rejects == [["2", "database", "t"], ["3", "database", "f"]])
  }

  @Test(arguments: [
    // Digits that do not compress: an entry of an index has no room for them.
    #"{"MatchedObjectId": \#(digits(9000)), "MatchedObjectDescriptor": {"PositionID": "P", "PositionTitle": "T", "PositionURI": "u"}}"#,
    #"{"MatchedObjectId": "2\u0000", "MatchedObjectDescriptor": {"PositionID": "P", "PositionTitle": "T", "PositionURI": "u"}}"#,
    #"{"MatchedObjectId": "2", "MatchedObjectDescriptor": {"PositionID": "P", "PositionTitle": "T", "PositionURI": "u", "PositionLocation": [{"LocationName": "a\u0000b"}]}}"#,
    #"{"MatchedObjectId": "2", "MatchedObjectDescriptor": {"PositionID": "P", "PositionTitle": "T\u0000", "PositionURI": "u"}}"#,
  ])
  func `what no column takes is a reject, whichever column it is`(bad: String) throws {
    let database = try ScratchDatabase()
    var connection = try connect(database)
    let run = try save([item("1"), bad, item("4")], try claim(&connection), &connection)
    #expect(run.counts.inserted == 2)
    #expect(run.counts.rejected == 1)
    #expect(try database.rows("SELECT id FROM postings ORDER BY id") == [["1"], ["4"]])
  }

  private static func digits(_ count: Int) -> String {
    var random = SeededRandom(seed: 7)
    return String((0..<count).map { _ in "123456789".randomElement(using: &random) ?? "1" })
  }

  @Test(arguments: ["1.0", "1e3", "12345678901234567890", #""A&amp;B""#, #"" 7 ""#])
  func `a posting has the same id in every table, however it is written`(id: String) throws {
    let database = try ScratchDatabase()
    var connection = try connect(database)
    let written = item("X").replacing(#""X""#, with: id)
    let run = try save([written], try claim(&connection), &connection)
    #expect(run.counts.inserted == 1)
    #expect(
      try database.value(
        "SELECT count(*) FROM postings p JOIN posting_searches s ON s.posting_id = p.id") == "1")
    #expect(
      try PostingStore.closeUnseen(by: run, isByAge: false, &connection) == 0,
      "it was seen by this very run")
  }

  @Test func `a page that is written twice counts once`() throws {
    let database = try ScratchDatabase()
    var connection = try connect(database)
    let before = try claim(&connection)
    let items = [item("1"), item("2"), item("1"), "7"]
    let once = try save(items, before, &connection)
    #expect(once.counts.inserted == 2)
    #expect(once.counts.duplicates == 1)
    let twice = try save(items, before, &connection)
    #expect(twice.counts.found == once.counts.found)
    #expect(twice.counts.inserted == 2)
    #expect(twice.counts.unchanged == 0)
    #expect(twice.counts.rejected == 1)
  }

  @Test func `fault 26: who lost the run can write no more`() throws {
    let database = try ScratchDatabase()
    var connection = try connect(database)
    let mine = try claim(&connection)
    var other = try connect(database)
    let busy = try RunLedger.claim(
      (key: "s", query: "q"), requestID: "r", lease: .seconds(60), pageSize: 25, &other)
    guard case .alreadyRunning(mine.id) = busy else {
      Issue.record("the run was given twice")
      return
    }
    try connection.execute("UPDATE sluice.ingest_runs SET lease_until = now() - interval '1 s'")
    let theirs = try claim(&other)
    #expect(theirs.id == mine.id)
    #expect(theirs.attempt == 2)
    #expect(throws: RunTakenOverFault.self) { try save([item("1")], mine, &connection) }
    #expect(try database.value("SELECT count(*) FROM postings") == "0")
    _ = try save([item("1")], theirs, &other)
    #expect(try database.value("SELECT count(*) FROM postings") == "1")
  }

  @Test func `fault 26: a run whose session is gone is gone on with at once`() throws {
    let database = try ScratchDatabase()
    var id = 0
    do {
      var gone = try connect(database)
      id = try claim(&gone).id
    }
    var connection = try connect(database)
    // The server takes a moment to see that the session ended.
    for _ in 0..<200 {
      let claim = try RunLedger.claim(
        (key: "s", query: "q"), requestID: "r", lease: .seconds(60), pageSize: 25, &connection)
      if case .run(let run) = claim {
        #expect(run.id == id)
        #expect(run.attempt == 2)
        return
      }
    }
    Issue.record("the run stayed with a session that is gone")
  }

  @Test func `fault 26: who takes a run over begins where the last page that was kept ends`() throws
  {
    let database = try ScratchDatabase()
    var connection = try connect(database)
    let mine = try claim(&connection)
    try connection.execute("UPDATE sluice.ingest_runs SET lease_until = now() - interval '1 s'")
    let (url, taken) = (database.url, Taken())
    try connection.transaction { connection in
      try connection.execute("UPDATE sluice.ingest_runs SET next_offset = 25, found = 25")
      try BlockingThread.start {
        taken.run(url) { connection in try claim(&connection).checkpoint.offset }
      }
      try connection.waitForBlocked(1)
    }
    #expect(taken.wait() == 25)
    #expect(mine.checkpoint.offset == 0)
  }

  @Test func `a posting that is closed while another search finds it is open in the end`() throws {
    let database = try ScratchDatabase()
    var connection = try connect(database)
    _ = try save([item("1")], try claim(&connection), &connection)
    try database.execute("UPDATE sluice.ingest_runs SET status = 'complete'")
    let closing = try claim(&connection)
    let other = try claim(&connection, "other")
    let (url, taken) = (database.url, Taken())
    try connection.transaction { connection in
      #expect(try PostingStore.closeUnseen(by: closing, isByAge: false, &connection) == 1)
      // The page finds the posting open, since nothing is committed yet.
      try BlockingThread.start {
        taken.run(url) { connection in try save([item("1")], other, &connection).counts.updated }
      }
      try connection.waitForBlocked(1)
    }
    #expect(taken.wait() == 1)
    #expect(try database.value("SELECT count(*) FROM postings WHERE closed_at IS NULL") == "1")
  }

  @Test func `a posting that another search is about to have found is not closed`() throws {
    let database = try ScratchDatabase()
    var connection = try connect(database)
    _ = try save([item("1")], try claim(&connection), &connection)
    try database.execute("UPDATE sluice.ingest_runs SET status = 'complete'")
    let closing = try claim(&connection)
    let other = try claim(&connection, "other")
    let (url, found, closed) = (database.url, Taken(), Taken())
    try connection.transaction { connection in
      // The page comes as far as its checkpoint.
      try connection.execute(
        "SELECT FROM sluice.ingest_runs WHERE search = 'other' FOR UPDATE")
      try BlockingThread.start {
        found.run(url) { connection in try save([item("1")], other, &connection).counts.unchanged }
      }
      try connection.waitForBlocked(1)
      try BlockingThread.start {
        closed.run(url) { connection in
          try connection.transaction { connection in
            try PostingStore.closeUnseen(by: closing, isByAge: false, &connection)
          }
        }
      }
      try connection.waitForBlocked(2)
    }
    #expect(found.wait() == 1)
    #expect(closed.wait() == 0)
  }

  /// What comes of work on a thread and a connection of its own.
  private final class Taken: Sendable {
    private let result = Mutex<Int?>(nil)

    /// Works; -1 is a failure.
    func run(_ url: String, _ work: (inout PostgresConnection) throws -> Int) {
      var value = -1
      do {
        var connection = try PostgresConnection(try PostgresSettings(url: url))
        value = try work(&connection)
      } catch {
        Issue.record(error)
      }
      result.withLock { $0 = value }
    }

    func wait() -> Int? {
      for _ in 0..<1000 {
        if let value = result.withLock({ $0 }) { return value }
        usleep(10_000)
      }
      return nil
    }
  }

  @Test func `a search that has not run for long keeps no posting open`() throws {
    let database = try ScratchDatabase()
    var connection = try connect(database)
    _ = try save(
      [item("1"), item("2"), item("3")], try claim(&connection), &connection)
    // Found once by a search that nobody runs any more; 3 by one that ran last week.
    try database.execute(
      """
      UPDATE posting_searches SET search = 'once', last_seen_at = now() - interval '31 days'
      WHERE posting_id = '1';
      INSERT INTO posting_searches (search, posting_id, last_run, last_seen_at)
      VALUES ('once', '2', 0, now() - interval '31 days'), ('weekly', '3', 0, now() - interval '7 days');
      UPDATE sluice.ingest_runs SET status = 'complete';
      """)
    #expect(
      try PostingStore.closeUnseen(
        by: try claim(&connection), isByAge: false, &connection) == 2)
    #expect(try database.rows("SELECT id FROM postings WHERE closed_at IS NULL") == [["3"]])
  }

  @Test func `a search that was changed begins anew`() throws {
    let database = try ScratchDatabase()
    var connection = try connect(database)
    let first = try claim(&connection)
    let claim = try RunLedger.claim(
      (key: "s", query: "other"), requestID: "r", lease: .seconds(60), pageSize: 25, &connection)
    guard case .run(let second) = claim else { throw NotClaimed() }
    #expect(second.id != first.id)
    #expect(second.attempt == 1)
    let statuses = try database.rows("SELECT status, reason FROM sluice.ingest_runs ORDER BY id")
    #expect(statuses == [["partial", "the search was changed"], ["running", ""]])
  }
}

extension PostgresConnection {
  /// Waits until so many other sessions of this database wait for a lock.
  fileprivate mutating func waitForBlocked(_ count: Int) throws {
    for _ in 0..<1000 {
      let isBlocked = try row(
        """
        SELECT count(*) >= \(count) FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock'
        """
      ) { row in try row.bool() }
      // What is seen of other sessions stays as it was first seen in a transaction.
      try execute("SELECT pg_stat_clear_snapshot()")
      if isBlocked { return }
      usleep(10_000)
    }
  }
}
