import FeatureRigs
import JSON
import Postgres
import TestSupport
import Testing

/// Invocations whose time runs out in the database or on the way from S3.
@Suite(.enabled(if: LoaderRig.isAvailable, Comment(rawValue: LoaderRig.reason)))
struct `Time left` {
  static let key = "uploads/departments/d.csv"
  static let file = "1,Sales\n2,Law\n3,Press\n"
  static let limit = Duration.seconds(4)

  /// What holds for every load that ran out of time.
  static func expectReturned(
    _ delivery: LoaderRig.Delivery, _ rig: borrowing LoaderRig, rows: String
  ) throws {
    #expect(delivery.isReturned && delivery.isInTime, "\(delivery.log)")
    #expect(delivery.log.contains("OutOfTime"), "\(delivery.log)")
    #expect(try rig.database.value("SELECT count(*) FROM departments") == rows)
    #expect(try rig.database.value("SELECT count(*) FROM sluice.rejects") == "0")
  }

  @Test func `faults 24 and 36: a COPY that outlasts the time is rolled back and returned`() throws
  {
    var rig = try LoaderRig()
    _ = try rig.load("1,x\n", as: "jobs.csv")
    try rig.database.execute(
      """
      CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN PERFORM pg_sleep(2); RETURN new; END $$;
      CREATE TRIGGER slow BEFORE INSERT ON departments FOR EACH ROW EXECUTE FUNCTION slow()
      """)
    let delivery = try rig.deliver(Self.file, as: Self.key, timeout: Self.limit)
    try Self.expectReturned(delivery, rig, rows: "0")
    try rig.database.execute("DROP TRIGGER slow ON departments")
    #expect(try rig.load(Self.file, as: Self.key).status == "loaded")
  }

  @Test
  func `faults 24 and 36: a merge that waits for a lock too long is rolled back and returned`()
    throws
  {
    var rig = try LoaderRig()
    _ = try rig.load("1,Sales\n", as: Self.key)
    var other = try PostgresConnection(PostgresSettings(url: rig.database.url))
    try other.execute("BEGIN; LOCK TABLE departments IN ROW EXCLUSIVE MODE")
    let delivery = try rig.deliver(Self.file, as: Self.key, timeout: Self.limit)
    try other.execute("COMMIT")
    try Self.expectReturned(delivery, rig, rows: "1")
    #expect(try rig.load(Self.file, as: Self.key).status == "loaded")
  }

  @Test func `faults 24 and 36: merges whose statements are each quick enough share the time`()
    throws
  {
    var rig = try LoaderRig()
    _ = try rig.load("1,Sale\n2,La\n", as: Self.key)
    // An update and an insert of three seconds each, where there are five for both.
    try rig.database.execute(
      """
      CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN PERFORM pg_sleep(3); RETURN NULL; END $$;
      CREATE TRIGGER slow AFTER INSERT OR UPDATE ON departments
        FOR EACH STATEMENT EXECUTE FUNCTION slow()
      """)
    let delivery = try rig.deliver(Self.file, as: Self.key, timeout: .seconds(5))
    try Self.expectReturned(delivery, rig, rows: "2")
  }

  @Test
  func `faults 24 and 30: an object that does not come is returned while there is time to answer`()
    throws
  {
    let stub = try `Download faults`.stub { request, _ in
      let reply = `Download faults`.serve(Array(Self.file.utf8), to: request)
      return request.method == "GET" ? reply.with { $0.silentAfter = reply.bytes.count - 1 } : reply
    }
    var rig = try `Download faults`.rig(stub)
    let log = LogCapture()
    let deadline = ContinuousClock.now + Self.limit
    let answer = try rig.invoke(
      try rig.batch([rig.notification(`Download faults`.key, eTag: "e")]), timeout: Self.limit,
      log: log.log)
    #expect(ContinuousClock.now < deadline)
    #expect(LoaderRig.Report(value: .null, answer: answer).returned == 1)
    #expect(log.text.contains("OutOfTime"), "\(log.text)")
    #expect(try rig.database.value("SELECT count(*) FROM departments") == "0")
  }

  @Test func `fault 36: a read that is too slow is a 504 before the invocation's end`() throws {
    var rig = try LoaderRig(["API_ACCESS": "open-reads"])
    _ = try rig.load("1,Sales\n", as: Self.key)
    var other = try PostgresConnection(PostgresSettings(url: rig.database.url))
    try other.execute("BEGIN; LOCK TABLE departments IN ACCESS EXCLUSIVE MODE")
    let deadline = ContinuousClock.now + .seconds(3)
    let answer = try APIRig.call(
      "/read/first-chunk", query: "table_name=departments", variables: rig.variables,
      timeout: .seconds(3))
    #expect(answer.status == 504 && answer.body.contains("too-slow"), "\(answer.body)")
    #expect(ContinuousClock.now < deadline)
  }

  @Test func `fault 33: a database that lets nobody in is away, not slow`() throws {
    let reachable = try ScratchDatabase()
    let cutter = try TCPCutter(reachable.url)
    cutter.set(.stall)
    var rig = try LoaderRig([
      "API_ACCESS": "open-reads", "DATABASE_URL": cutter.databaseURL + "&connect_timeout=1",
    ])
    let answer = try APIRig.call(
      "/read/first-chunk", query: "table_name=departments", variables: rig.variables)
    #expect(answer.status == 503, "\(answer.body)")
    #expect(answer.body.contains("database-unavailable"), "\(answer.body)")
    let delivery = try rig.deliver(Self.file, as: Self.key)
    #expect(delivery.isReturned && delivery.log.contains("DatabaseUnavailable"), "\(delivery.log)")
  }
}
