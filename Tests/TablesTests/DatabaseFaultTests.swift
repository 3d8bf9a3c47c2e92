import Datasets
import FeatureRigs
import Glibc
import JSON
import LambdaRuntime
import Postgres
import Synchronization
import Tables
import TestSupport
import Testing

/// Loads and reads whose database is away, full, read-only or in a deadlock.
@Suite(.enabled(if: ClusterRig.isAvailable, Comment(rawValue: ClusterRig.reason)))
struct `Database faults` {
  static let key = "uploads/departments/d.csv"

  /// Departments and those who work there, whose tables a load of either locks both.
  static let family = """
    {"name": "p", "resources": [
      {"name": "departments", "path": "departments.csv", "schema": {"fields": [
        {"name": "id", "type": "integer", "constraints": {"required": true}}, {"name": "department", "type": "string"}],
        "primaryKey": "id"}, "sluice": {"prefix": "uploads/departments/", "header": "auto"}},
      {"name": "employees", "path": "employees.csv", "schema": {"fields": [
        {"name": "id", "type": "integer", "constraints": {"required": true}}, {"name": "department_id", "type": "integer"}],
        "primaryKey": "id", "foreignKeys": [{"fields": "department_id", "reference":
          {"resource": "departments", "fields": "id"}}]}}]}
    """

  @Test func `fault 33: a server that was restarted between two loads costs nothing`() throws {
    var rig = try ClusterRig(ScratchCluster())
    #expect(try rig.loader.load("1,Sales\n", as: Self.key).status == "loaded")
    for mode in ["fast", "immediate"] {
      try rig.cluster.stop(mode)
      let away = try rig.loader.deliver("1,Sales\n2,Law\n3,\(mode)\n", as: Self.key)
      #expect(away.isReturned && away.log.contains("DatabaseUnavailable"))
      #expect(try APIRig.call("/health", variables: rig.loader.variables).status == 503)
      try rig.cluster.start()
      let report = try rig.loader.load("1,Sales\n2,Law\n3,\(mode)\n", as: Self.key)
      #expect(report.status == "loaded" && report.returned == 0)
      try rig.cluster.stop(mode)
      try rig.cluster.start()
      let unseen = try rig.loader.load("4,\(mode)\n", as: Self.key)
      #expect(unseen.status == "loaded" && unseen.returned == 0)
    }
    #expect(
      try rig.value("SELECT string_agg(department, ' ' ORDER BY id) FROM departments")
        == "Sales Law immediate immediate")
  }

  @Test
  func `fault 34: a primary that became a standby returns the message until there is another`()
    throws
  {
    var rig = try ClusterRig(ScratchCluster("wal_level = replica\nmax_wal_senders = 1"))
    #expect(try rig.loader.load("1,Sales\n", as: Self.key).status == "loaded")
    // The API's own tables were made while the server took writes.
    #expect(try APIRig.call("/health", variables: rig.loader.variables).status == 200)
    try rig.cluster.change("touch standby.signal")
    let refused = try rig.loader.deliver("1,Sales\n2,Law\n", as: Self.key)
    #expect(refused.isReturned && refused.log.contains("25006"), "\(refused.log)")
    #expect(refused.log.contains("the database takes no writes"))
    // A name that leads to the new primary is only looked up by a new connection.
    #expect(try Patience.until { try rig.sessionCount() == "0" })
    let read = try APIRig.call(
      "/read/first-chunk", query: "table_name=departments", variables: rig.loader.variables)
    #expect(read.status == 200 && read.body.contains("Sales"))
    try rig.cluster.promote()
    let report = try rig.loader.load("1,Sales\n2,Law\n", as: Self.key)
    #expect(report.status == "loaded" && report.outcome == [1, 0, 1, 0, 0])
  }

  @Test func `fault 34: a database that an administrator made read-only is left alone`() throws {
    var rig = try ClusterRig(ScratchCluster())
    #expect(try rig.loader.load("1,Sales\n", as: Self.key).status == "loaded")
    try rig.execute("ALTER DATABASE app SET default_transaction_read_only = on")
    try rig.endSessions()
    #expect(try Patience.until { try rig.sessionCount() == "0" })
    let refused = try rig.loader.deliver("1,Sales\n2,Law\n", as: Self.key)
    #expect(refused.isReturned && refused.log.contains("25006"), "\(refused.log)")
    #expect(try Patience.until { try rig.sessionCount() == "0" })
    #expect(try rig.value("SELECT count(*) FROM departments") == "1")
  }

  private final class Outcome: Sendable {
    let text = Mutex<String?>(nil)
  }

  @Test func `fault 35: a load that loses a deadlock is begun anew and loads`() throws {
    let package = try PackageFile(Self.family)
    var rig = try ClusterRig(ScratchCluster(), ["SLUICE_DATAPACKAGE": package.path])
    #expect(try rig.loader.load("1,Sales\n", as: Self.key).status == "loaded")
    let eTag = try rig.loader.upload("1,Sales\n2,Law\n", as: Self.key)
    let event = try rig.loader.batch([rig.loader.notification(Self.key, eTag: eTag)])
    var other = try PostgresConnection(PostgresSettings(url: ClusterRig.url(rig.cluster)))
    // The load looks for a deadlock long before the other one would: it is the one to lose.
    try other.execute(
      "SET deadlock_timeout = '60s'; BEGIN; LOCK TABLE employees IN SHARE MODE")
    let variables = rig.loader.variables
    let status = Outcome()
    // Not a task: those have few threads, which the other tests may hold.
    try BlockingThread.start {
      let result = (try? LoaderRig.status(event, variables)) ?? "failed"
      status.text.withLock { $0 = result }
    }
    let waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation IS NOT NULL"
    #expect(try Patience.until { try rig.value(waiting) == "1" })
    try other.execute("LOCK TABLE departments IN SHARE MODE; COMMIT")
    #expect(Patience.until { status.text.withLock { $0 != nil } })
    #expect(status.text.withLock { $0 } == "loaded")
    #expect(
      try rig.value("SELECT deadlocks FROM pg_stat_database WHERE datname = 'app'") == "1")
    #expect(try rig.value("SELECT count(*) FROM departments") == "2")
    #expect(try rig.value("SELECT count(*) FROM sluice.loads") == "2")
  }

  @Test func `fault 35: a lock that is never to be had returns the message`() throws {
    let cluster = try ScratchCluster()
    let package = try PackageFile(Self.family)
    var rig = try ClusterRig(
      cluster,
      [
        "DATABASE_URL": ClusterRig.url(cluster) + "&options=-clock_timeout%3D20ms",
        "SLUICE_DATAPACKAGE": package.path,
      ])
    #expect(try rig.loader.load("1,Sales\n", as: Self.key).status == "loaded")
    var other = try PostgresConnection(PostgresSettings(url: ClusterRig.url(cluster)))
    try other.execute("BEGIN; LOCK TABLE employees IN SHARE MODE")
    let refused = try rig.loader.deliver("1,Sales\n2,Law\n", as: Self.key)
    #expect(refused.isReturned && refused.log.contains("55P03"), "\(refused.log)")
    let retries = refused.log.split(separator: "\n").count { $0.contains("beginning anew") }
    #expect(retries == 4)
    try other.execute("COMMIT")
    #expect(try rig.loader.load("1,Sales\n2,Law\n", as: Self.key).status == "loaded")
  }

  @Test func `fault 37: a full server is waited for, and what cannot wait says when to come back`()
    throws
  {
    let cluster = try ScratchCluster()
    var rig = try ClusterRig(cluster, ["DATABASE_URL": ClusterRig.ownerURL(cluster)])
    let settings = try PostgresSettings(url: ClusterRig.ownerURL(cluster))
    let first = try PostgresConnection(settings)
    let second = try PostgresConnection(settings)
    let last = try PostgresConnection(settings)
    let lastID = last.backendID
    let full = try rig.loader.deliver("1,Sales\n", as: Self.key, timeout: .seconds(3))
    #expect(full.isReturned && full.isInTime && full.log.contains("53300"), "\(full.log)")
    #expect(full.log.contains("no room, memory or connection to spare"))
    let busy = try APIRig.call("/health", variables: rig.loader.variables, timeout: .seconds(2))
    #expect(busy.status == 503 && busy.headers["retry-after"]?.string == "2", "\(busy)")
    #expect(busy.body.contains("too-busy"))
    // A place that becomes free is taken within the same invocation.
    let url = ClusterRig.url(cluster)
    try BlockingThread.start {
      usleep(500_000)
      var connection = try? PostgresConnection(PostgresSettings(url: url))
      _ = try? connection?.run("SELECT pg_terminate_backend($1::int)", [.integer(lastID)])
    }
    let report = try rig.loader.load("1,Sales\n", as: Self.key)
    #expect(report.status == "loaded" && report.returned == 0)
    #expect((first.isAlive && second.isAlive) == true)
  }
}
