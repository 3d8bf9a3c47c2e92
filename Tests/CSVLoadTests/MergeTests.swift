import FeatureRigs
import Glibc
import JSON
import TestSupport
import Testing

/// Loads into tables whose keys and columns are not those of the shipped package.
@Suite(.enabled(if: LoaderRig.isAvailable, Comment(rawValue: LoaderRig.reason)))
struct `Merge` {
  /// A rig for a package of one resource, which is read once, when the rig is made.
  private static func rig(_ resource: String) throws -> LoaderRig {
    let path = "/tmp/sluice-merge-\(getpid())-\(UInt64.random(in: .min ... .max)).json"
    let file = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL, 0o600)
    defer { unsafe unlink(path) }
    var text = #"{"name":"p","resources":[\#(resource)]}"#
    let written = text.withUTF8 { bytes in unsafe write(file, bytes.baseAddress, bytes.count) }
    close(file)
    try #require(written == text.utf8.count)
    return try LoaderRig(["SLUICE_DATAPACKAGE": path])
  }

  @Test func `a key of several columns with awkward names merges, and nulls are values`() throws {
    var rig = try Self.rig(
      """
      {"name":"Order items-2","schema":{"fields":[
      {"name":"last","type":"string","constraints":{"required":true}},
      {"name":"select","type":"number"},
      {"name":"k","type":"integer","constraints":{"required":true}},
      {"name":"a b","type":"date"}],"primaryKey":["last","k"]},"sluice":{"header":"auto"}}
      """)
    let key = "Order items-2.csv"
    let first = try rig.load("x,1.5,1,\nx,,2,2020-02-29\ny,2,1,\nx,9,1,2021-01-01\n", as: key)
    #expect(first.isBalanced && first.outcome == [3, 0, 0, 1, 0], "\(first.answer)")
    let second = try rig.load("x,9,1,\nx,3,2,2020-02-29\ny,2,1,\nz,,3,\n", as: key)
    #expect(second.isBalanced && second.outcome == [1, 2, 1, 0, 0], "\(second.answer)")
    #expect(
      try rig.database.rows(
        #"SELECT "last", k, "select", "a b" FROM "Order items-2" ORDER BY 1, 2"#) == [
          ["x", "1", "9", ""], ["x", "2", "3", "2020-02-29"], ["y", "1", "2", ""],
          ["z", "3", "", ""],
        ])
  }

  @Test func `rows lie in the order of their files however the server joins`() throws {
    var rig = try LoaderRig()
    // So little memory that the table is hashed in parts.
    try rig.database.execute("ALTER DATABASE \(rig.database.name) SET work_mem = '64kB'")
    let names = { (ids: ClosedRange<Int>) in ids.map { "\($0),Name \($0)\n" }.joined() }
    _ = try rig.load(names(1...20_000), as: "jobs.csv")
    _ = try rig.load(names(20_001...40_000), as: "jobs.csv")
    let turns = "SELECT id < lag(id) OVER (ORDER BY ctid) AS isTurn FROM jobs"
    #expect(try rig.database.value("SELECT count(*) FROM (\(turns)) t WHERE isTurn") == "0")
    #expect(try rig.database.value("SELECT count(*) FROM jobs") == "40000")
  }

  @Test func `a table that is all key takes each row once`() throws {
    var rig = try Self.rig(
      """
      {"name":"pairs","schema":{"fields":[
      {"name":"a","type":"integer","constraints":{"required":true}},
      {"name":"b","type":"string","constraints":{"required":true}}],"primaryKey":["b","a"]},
      "sluice":{"header":"auto"}}
      """)
    #expect(try rig.load("1,x\n2,x\n1,x\n", as: "pairs.csv").outcome == [2, 0, 0, 1, 0])
    #expect(try rig.load("1,x\n3,x\n", as: "pairs.csv").outcome == [1, 0, 1, 0, 0])
  }

  @Test func `an expression that makes no row of a record loads nothing`() throws {
    var rig = try Self.rig(
      """
      {"name":"codes","schema":{"fields":[
      {"name":"text","type":"string","constraints":{"required":true}}]},
      "sluice":{"header":"auto","primaryKey":"text","columns":[{"name":"text"},
      {"name":"code","type":"string","expression":"(regexp_matches(text, '[0-9]+'))[1]"}]}}
      """)
    let answer = try rig.load("a1\nb\n", as: "codes.csv")
    #expect(answer.returned == 1, "\(answer.answer)")
    #expect(try rig.database.value("SELECT count(*) FROM codes") == "0")
  }
}
