import FeatureRigs
import Postgres
import TestSupport
import Testing

/// Tables that lose their room or their shape while a worker lives.
@Suite(.enabled(if: LoaderRig.isAvailable, Comment(rawValue: LoaderRig.reason)))
struct `Changes under a worker` {
  static let key = "uploads/jobs/j.csv"

  @Test(.enabled(if: ClusterRig.isAvailable, Comment(rawValue: ClusterRig.reason)))
  func `fault 42: a full disk returns the message and leaves nothing behind`() throws {
    var rig = try ClusterRig(ScratchCluster())
    #expect(try rig.loader.load("1,Sales\n", as: "uploads/departments/d.csv").status == "loaded")
    let path = try rig.value("SELECT pg_relation_filepath('jobs')")
    // The device is always full: each write to it ends with "No space left on device".
    try rig.cluster.change("mv \(path) \(path).kept; ln -s /dev/full \(path)")
    for file in ["1,Cook\nx,Baker\n", "2,Cook\n1,Smith\n2,Baker\n"] {
      let full = try rig.loader.deliver(file, as: Self.key)
      #expect(full.isReturned && full.log.contains("53100"), "\(full.log)")
      #expect(full.log.contains("no room, memory or connection to spare"))
    }
    try rig.cluster.change("rm \(path); mv \(path).kept \(path)")
    #expect(try rig.value("SELECT count(*) FROM jobs") == "0")
    #expect(try rig.value("SELECT count(*) FROM sluice.loads") == "1")
    #expect(try rig.value("SELECT count(*) FROM sluice.rejects") == "0")
    let report = try rig.loader.load("1,Cook\nx,Baker\n", as: Self.key)
    #expect(report.status == "loaded" && report.outcome == [1, 0, 0, 0, 1])
  }

  @Test func `fault 42: a table that was dropped is made anew for the message's next delivery`()
    throws
  {
    var rig = try LoaderRig(["API_ACCESS": "open-reads"])
    #expect(try rig.load("1,Cook\n", as: Self.key).status == "loaded")
    try rig.database.execute("DROP TABLE jobs")
    let refused = try rig.deliver("1,Cook\n2,Baker\n", as: Self.key)
    #expect(refused.isReturned && refused.log.contains("42P01"), "\(refused.log)")
    let report = try rig.load("1,Cook\n2,Baker\n", as: Self.key)
    #expect(report.status == "loaded" && report["inserted"] == 2 && report.isBalanced)
    try rig.database.execute("DROP SCHEMA sluice CASCADE")
    #expect(try rig.deliver("3,Smith\n", as: Self.key).isReturned)
    #expect(try rig.load("3,Smith\n", as: Self.key).status == "loaded")
  }

  @Test func `fault 42: a column that was dropped, or added, stops the loads until it is settled`()
    throws
  {
    var rig = try LoaderRig(["API_ACCESS": "open-reads"])
    #expect(try rig.load("1,Cook\n", as: Self.key).status == "loaded")
    try rig.database.execute("ALTER TABLE jobs ADD remark text")
    #expect(try rig.load("2,Baker\n", as: Self.key).status == "loaded")

    try rig.database.execute("ALTER TABLE jobs ADD boss text NOT NULL DEFAULT 'x'")
    try rig.database.execute("ALTER TABLE jobs ALTER boss DROP DEFAULT")
    let first = try rig.deliver("3,Smith\n", as: Self.key)
    #expect(first.isReturned && first.log.contains("23502"), "\(first.log)")
    let second = try rig.deliver("3,Smith\n", as: Self.key)
    #expect(second.isReturned && second.log.contains("TableMismatch"), "\(second.log)")
    #expect(second.log.contains("boss"))
    let read = try APIRig.call("/read/first-chunk", variables: rig.variables)
    #expect(read.status == 503 && read.body.contains("table-mismatch"), "\(read.body)")
    try rig.database.execute("ALTER TABLE jobs DROP boss")
    #expect(try rig.load("3,Smith\n", as: Self.key).status == "loaded")

    try rig.database.execute("ALTER TABLE jobs DROP job")
    let lost = try rig.deliver("4,Clerk\n", as: Self.key)
    #expect(lost.isReturned && lost.log.contains("42703"), "\(lost.log)")
    let told = try rig.deliver("4,Clerk\n", as: Self.key)
    #expect(told.isReturned && told.log.contains("ALTER TABLE"), "\(told.log)")
    try rig.database.execute("ALTER TABLE jobs ADD job text NOT NULL DEFAULT ''")
    #expect(try rig.load("4,Clerk\n", as: Self.key).status == "loaded")
    #expect(try rig.database.value("SELECT count(*) FROM jobs") == "4")
  }
}
