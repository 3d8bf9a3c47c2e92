import FeatureRigs
import JSON
import TestSupport
import Testing

@Suite(.enabled(if: LoaderRig.isAvailable, Comment(rawValue: LoaderRig.reason)))
struct `Unique fields` {
  private static func rig(_ more: String = "") throws -> LoaderRig {
    let file = try PackageFile(
      """
      {"name":"p","resources":[{"name":"users","schema":{"fields":[
      {"name":"id","type":"integer","constraints":{"required":true}},
      {"name":"mail","type":"string","constraints":{"unique":true}},
      {"name":"nr","type":"number","constraints":{"unique":true}}],"primaryKey":"id"},
      "sluice":{"header":"auto"\(more)}}]}
      """)
    let rig = try LoaderRig(["SLUICE_DATAPACKAGE": file.path])
    withExtendedLifetime(file) {}
    return rig
  }

  @Test func `the first record of a value is loaded and the others are rejects`() throws {
    var rig = try Self.rig()
    let report = try rig.load("1,a,1\n2,b,\n3,a,2\n4,,3\n5,,4.0\n6,c,4\n7,b,5\n", as: "users.csv")
    #expect(report.isBalanced && report.outcome == [4, 0, 0, 0, 3], "\(report.value)")
    #expect(
      try rig.database.rows("SELECT id, mail, nr FROM users ORDER BY id")
        == [["1", "a", "1"], ["2", "b", ""], ["4", "", "3"], ["5", "", "4.0"]])
    #expect(
      try rig.database.rows(
        "SELECT line, byte_offset, column_name, code, raw FROM sluice.rejects ORDER BY line")
        == [
          ["3", "11", "mail", "unique", "3,a,2"], ["6", "29", "nr", "unique", "6,c,4"],
          ["7", "35", "mail", "unique", "7,b,5"],
        ])
    #expect(report.rejects.map { $0["line"] } == [.integer(3), .integer(6), .integer(7)])
  }

  @Test func `values may be exchanged among the rows of a table`() throws {
    var rig = try Self.rig()
    #expect(try rig.load("1,a,1\n2,b,2\n3,c,3\n", as: "users.csv").outcome == [3, 0, 0, 0, 0])
    let report = try rig.load("1,b,3\n2,a,1\n3,c,2\n4,d,4\n", as: "users.csv")
    #expect(report.isBalanced && report.outcome == [1, 3, 0, 0, 0], "\(report.value)")
    #expect(
      try rig.database.rows("SELECT id, mail, nr FROM users ORDER BY id")
        == [["1", "b", "3"], ["2", "a", "1"], ["3", "c", "2"], ["4", "d", "4"]])
  }

  @Test func `a row of the table that the file leaves alone stands in the way`() throws {
    var rig = try Self.rig()
    #expect(try rig.load("1,a,1\n2,b,2\n3,c,3\n", as: "users.csv").outcome == [3, 0, 0, 0, 0])
    // 2 cannot take 1's a, so 2 keeps b, so 3 cannot take b, so 4 cannot take c.
    let report = try rig.load("2,a,2\n3,b,3\n4,c,4\n5,e,5\n", as: "users.csv")
    #expect(report.isBalanced && report.outcome == [1, 0, 0, 0, 3], "\(report.value)")
    #expect(
      try rig.database.rows("SELECT id, mail FROM users ORDER BY id")
        == [["1", "a"], ["2", "b"], ["3", "c"], ["5", "e"]])
  }

  @Test func `a later record of a key gives way with its value`() throws {
    var rig = try Self.rig()
    let report = try rig.load("1,a,1\n2,b,2\n1,c,3\n3,a,4\n", as: "users.csv")
    #expect(report.isBalanced && report.outcome == [3, 0, 0, 1, 0], "\(report.value)")
  }

  @Test func `derived columns and unique fields go together`() throws {
    var rig = try Self.rig(
      #","columns":[{"name":"id"},{"name":"mail"},{"name":"nr"},{"name":"twice","type":"number","required":true,"expression":"nr * 2"}]"#
    )
    let report = try rig.load("1,a,1\n2,b,\n3,a,2\n", as: "users.csv")
    #expect(report.isBalanced && report.outcome == [1, 0, 0, 0, 2], "\(report.value)")
    #expect(
      try rig.database.rows("SELECT line, code FROM sluice.rejects ORDER BY line")
        == [["2", "missing"], ["3", "unique"]])
  }

  @Test func `an index holds whatever passed`() throws {
    var rig = try Self.rig()
    var random = SeededRandom(seed: 9)
    let long = String(
      (0..<2600).map { _ in
        Character(UnicodeScalar(UInt8.random(in: 97...122, using: &random)))
      })
    let digits = String(
      (0..<1000).map { _ in
        Character(UnicodeScalar(UInt8.random(in: 49...57, using: &random)))
      })
    let report = try rig.load("1,\(long),\(digits)\n2,\(long)x,5\n", as: "users.csv")
    #expect(report.isBalanced && report.outcome == [1, 0, 0, 0, 1], "\(report.value)")
    #expect(report.rejects.first?["code"]?.string == "too-long-for-key")
  }
}
