import FeatureRigs
import JSON
import Postgres
import TestSupport
import Testing

/// What loads do with the rows that a table holds already.
@Suite(.enabled(if: LoaderRig.isAvailable, Comment(rawValue: LoaderRig.reason)))
struct `Modes` {
  private static func package(_ mode: String, _ more: String) -> String {
    """
    {"name":"p","resources":[
    {"name":"events","schema":{"fields":[
      {"name":"id","type":"integer","constraints":{"required":true}},
      {"name":"word","type":"string","constraints":{"required":true}}],"primaryKey":"id"},
      "sluice":{\(more)"mode":"\(mode)"}},
    {"name":"notes","schema":{"fields":[
      {"name":"nr","type":"integer","constraints":{"required":true}},
      {"name":"event","type":"integer"}],"primaryKey":"nr",
      "foreignKeys":[{"fields":"event","reference":{"resource":"events","fields":"id"}}]},
      "sluice":{"mode":"\(mode)"}}]}
    """
  }

  /// The package is read when the rig is made.
  private static func rig(_ mode: String, _ more: String = "") throws -> LoaderRig {
    let file = try PackageFile(package(mode, more))
    return try withExtendedLifetime(file) { try LoaderRig(["SLUICE_DATAPACKAGE": file.path]) }
  }

  private static func file(_ rows: [(Int, String)]) -> String {
    "id,word\n" + rows.map { "\($0),\($1)\n" }.joined()
  }

  @Test func `append refuses a key that is there, by its line, and changes no row`() throws {
    var rig = try Self.rig("append")
    let first = try rig.load(
      Self.file([(1, "a"), (2, "b"), (2, "c"), (4, "d"), (3, "e"), (1, "f")]), as: "events.csv")
    #expect(first.isBalanced && first.outcome == [4, 0, 0, 0, 2], "\(first.value)")
    let second = try rig.load(Self.file([(2, "x"), (5, "y"), (5, "z")]), as: "events.csv")
    #expect(second.isBalanced && second.outcome == [1, 0, 0, 0, 2], "\(second.value)")
    #expect(second.rejects.first?["code"]?.string == "duplicate-key")
    #expect(
      try rig.database.rows(
        "SELECT load, line, column_name, code, raw FROM sluice.rejects ORDER BY 1, 2")
        == [
          ["1", "4", "id", "duplicate-key", "2,c"], ["1", "7", "id", "duplicate-key", "1,f"],
          ["2", "2", "id", "duplicate-key", "2,x"], ["2", "4", "id", "duplicate-key", "5,z"],
        ])
    #expect(
      try rig.database.rows("SELECT id, word FROM events ORDER BY id")
        == [["1", "a"], ["2", "b"], ["3", "e"], ["4", "d"], ["5", "y"]])
  }

  /// What is appended, and what refused, against a dictionary.
  @Test(arguments: 1...6 as ClosedRange<UInt64>)
  func `append takes the first record of each key`(_ seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    var rig = try Self.rig("append")
    var rows: [Int: String] = [:]
    for number in 1...3 {
      let turn = Int.random(in: 0...1500, using: &random)
      var refused = 0
      let records = (1...1500).map { index in
        (index < turn ? index : Int.random(in: 1...4000, using: &random), "\(number)-\(index)")
      }
      for (id, word) in records {
        if rows[id] == nil { rows[id] = word } else { refused += 1 }
      }
      let report = try rig.load(Self.file(records), as: "\(number)/events.csv")
      #expect(report.isBalanced && report["rejected"] == refused, "\(report.reason)")
      guard refused < 1500 else { return }
      #expect(
        try rig.database.rows("SELECT id, word FROM events ORDER BY id")
          == rows.sorted { $0.key < $1.key }.map { ["\($0.key)", $0.value] })
    }
  }

  @Test func `what waits in a table that only appends is refused when its key was taken`() throws {
    var rig = try Self.rig("append")
    _ = try rig.load("nr,event\n1,7\n2,7\n", as: "notes.csv")
    let second = try rig.load("nr,event\n1,\n2,7\n3,7\n", as: "notes.csv")
    #expect(second.isBalanced && second["inserted"] == 1 && second["pending"] == 2)
    let parent = try rig.load(Self.file([(7, "g")]), as: "events.csv")
    #expect(parent["healed"] == 2, "\(parent.value)")
    #expect(
      try rig.database.rows("SELECT nr, event FROM notes ORDER BY nr")
        == [["1", ""], ["2", "7"], ["3", "7"]])
    #expect(
      try rig.database.rows("SELECT load, line, code FROM sluice.rejects ORDER BY 1, 2")
        == [["1", "2", "duplicate-key"], ["2", "3", "duplicate-key"]])
    #expect(
      try rig.database.rows(
        "SELECT read, inserted, rejected, pending FROM sluice.loads ORDER BY id")
        == [["2", "1", "1", "0"], ["3", "2", "1", "0"], ["1", "1", "0", "0"]])
  }

  @Test(arguments: ["upsert", "replace"])
  func `of records that waited twice under append the last one heals in another mode`(
    _ mode: String
  ) throws {
    var rig = try Self.rig("append")
    _ = try rig.load("nr,event\n1,7\n2,7\n3,7\n4,8\n", as: "notes.csv")
    // Of note 3 the last record, and of note 4 the first, cannot heal yet.
    _ = try rig.load("nr,event\n2,7\n3,8\n4,7\n1,7\n", as: "notes.csv")
    _ = try rig.load("nr,event\n1,9\n", as: "notes.csv")
    #expect(try rig.database.value("SELECT count(*) FROM sluice.pending") == "9")
    let file = try PackageFile(Self.package(mode, ""))
    try rig.deploy(file)
    let parent = try rig.load(Self.file([(7, "g")]), as: "events.csv")
    #expect(parent["healed"] == 2, "\(parent.value)")
    #expect(
      try rig.database.rows("SELECT nr, event FROM notes ORDER BY nr") == [
        ["2", "7"], ["4", "7"],
      ])
    #expect(
      try rig.database.rows("SELECT load, key FROM sluice.pending ORDER BY key")
        == [["3", "[1]"], ["2", "[3]"]])
    #expect(
      try rig.database.rows(
        "SELECT read, inserted, superseded, pending FROM sluice.loads ORDER BY id")
        == [
          ["4", "0", "4", "0"], ["4", "2", "1", "1"], ["1", "0", "0", "1"], ["1", "1", "0", "0"],
        ])
  }

  @Test func `a file that replaces its table is the table then, and writes what differs`() throws {
    var rig = try Self.rig("replace")
    // Into an empty table, with a key that comes twice after rows that went straight into it.
    let first = try rig.load(
      Self.file([(1, "a"), (2, "b"), (3, "c"), (2, "d"), (4, "e")]), as: "events.csv")
    #expect(first.isBalanced && first.outcome == [4, 0, 0, 1, 0] && first["deleted"] == 0)
    let place = "SELECT ctid FROM events WHERE id = 3"
    let before = try rig.database.value(place)
    let second = try rig.load(Self.file([(5, "n"), (3, "c"), (2, "x")]), as: "events.csv")
    #expect(second.isBalanced && second.outcome == [1, 1, 1, 0, 0], "\(second.value)")
    #expect(second["deleted"] == 2)
    #expect(
      try rig.database.rows("SELECT id, word FROM events ORDER BY id")
        == [["2", "x"], ["3", "c"], ["5", "n"]])
    #expect(try rig.database.value(place) == before)
    #expect(try rig.database.value("SELECT sum(deleted) FROM sluice.loads") == "2")
  }

  /// Files without a record: an export that was cut behind its header is one, too.
  private static let nothing = ["id,word\n", "id,word", "\n", ""]

  @Test(arguments: nothing)
  func `a file without records does not replace a table, unless it may be empty`(
    _ file: String
  ) throws {
    var rig = try Self.rig("replace")
    _ = try rig.load(Self.file([(1, "a")]), as: "events.csv")
    let refused = try rig.load(file, as: "events.csv")
    #expect(refused.status == "failed" && refused.code == "empty-object", "\(refused.answer)")
    #expect(
      refused.returned == 0 && (refused.reason.contains("would empty events") || file.isEmpty))
    #expect(try rig.database.rows("SELECT id FROM events") == [["1"]])
    #expect(
      try rig.database.value("SELECT count(*) FROM sluice.loads WHERE code = 'empty-object'")
        == "1")
  }

  @Test(arguments: ["replace", "upsert"], nothing)
  func `a file without records that may be empty is a load of none`(
    _ mode: String, _ file: String
  ) throws {
    var rig = try Self.rig(mode, "\"allowEmpty\":true,")
    _ = try rig.load(Self.file([(1, "a")]), as: "events.csv")
    let none = try rig.load(file, as: "events.csv")
    #expect(none.status == "loaded" && none["read"] == 0, "\(none.answer)")
    #expect(none.reason == "the file holds no record")
    #expect(none["deleted"] == (mode == "replace" ? 1 : 0))
    #expect(
      try rig.database.value("SELECT count(*) FROM events") == (mode == "replace" ? "0" : "1"))
  }

  @Test func `readers see the old rows or the new ones and never wait`() throws {
    var rig = try Self.rig("replace")
    _ = try rig.load(Self.file((1...500).map { ($0, "old") }), as: "events.csv")
    var reader = try PostgresConnection(try PostgresSettings(url: rig.database.url))
    try reader.execute("SET lock_timeout = '1s'; BEGIN ISOLATION LEVEL REPEATABLE READ")
    let count = { (reader: inout PostgresConnection) -> [String] in
      try reader.row("SELECT count(*), min(word), max(word) FROM events") { row in
        try (0..<3).map { _ in try row.text() }
      }
    }
    #expect(try count(&reader) == ["500", "old", "old"])
    // The reader's transaction is open while the file replaces the table.
    _ = try rig.load(Self.file((300...900).map { ($0, "new") }), as: "events.csv")
    #expect(try count(&reader) == ["500", "old", "old"])
    try reader.execute("COMMIT")
    #expect(try count(&reader) == ["601", "new", "new"])
  }

  @Test func `a file does not replace rows that other tables refer to`() throws {
    var rig = try Self.rig("replace")
    _ = try rig.load(Self.file([(1, "a"), (2, "b")]), as: "events.csv")
    #expect(try rig.load("nr,event\n1,2\n2,9\n", as: "notes.csv")["pending"] == 1)
    let refused = try rig.load(Self.file([(1, "c")]), as: "events.csv")
    #expect(refused.status == "failed" && refused.code == "still-referenced", "\(refused.value)")
    #expect(refused.reason.contains("1 rows of notes") && refused.returned == 0)
    #expect(try rig.database.value("SELECT word FROM events WHERE id = 1") == "a")
    // A new file of the child drops what waited in the old one.
    let notes = try rig.load("nr,event\n3,8\n", as: "notes.csv")
    #expect(notes["pending"] == 1 && notes["deleted"] == 1)
    #expect(try rig.database.rows("SELECT key, line FROM sluice.pending") == [["[3]", "2"]])
    let parent = try rig.load(Self.file([(8, "h"), (9, "i")]), as: "events.csv")
    #expect(parent["healed"] == 1 && parent["deleted"] == 2, "\(parent.value)")
    #expect(try rig.database.rows("SELECT nr, event FROM notes") == [["3", "8"]])
    #expect(
      try rig.database.value(
        "SELECT bool_and(read = inserted + updated + unchanged + superseded + rejected + pending) "
          + "FROM sluice.loads") == "t")
  }

  @Test func `rows whose parents only wait in the file are kept until those have come`() throws {
    let file = try PackageFile(
      """
      {"name":"p","resources":[
      {"name":"lands","schema":{"fields":[
        {"name":"code","type":"string","constraints":{"required":true}}],"primaryKey":"code"}},
      {"name":"towns","schema":{"fields":[
        {"name":"land","type":"string","constraints":{"required":true}},
        {"name":"nr","type":"integer","constraints":{"required":true}},
        {"name":"of","type":"string"}],"primaryKey":["nr","land"],
        "foreignKeys":[{"fields":"of","reference":{"resource":"lands","fields":"code"}}]},
        "sluice":{"mode":"replace"}},
      {"name":"inns","schema":{"fields":[
        {"name":"id","type":"integer","constraints":{"required":true}},
        {"name":"in","type":"string"},{"name":"town","type":"integer"}],"primaryKey":"id",
        "foreignKeys":[
          {"fields":["in","town"],"reference":{"resource":"towns","fields":["land","nr"]}}]}}]}
      """)
    var rig = try LoaderRig(["SLUICE_DATAPACKAGE": file.path])
    _ = try rig.load("code\nat\n", as: "lands.csv")
    _ = try rig.load("land,nr,of\na,1,at\na,2,at\nb,3,at\n", as: "towns.csv")
    #expect(try rig.load("id,in,town\n1,a,1\n2,a,2\n3,a,2\n", as: "inns.csv")["inserted"] == 3)
    let towns = "SELECT land, nr, of FROM towns ORDER BY nr"
    // Town 2 waits for its land, which has not come yet.
    let text = "land,nr,of\na,1,at\na,2,de\n"
    let eTag = try rig.upload(text, as: "towns.csv")
    let event = rig.notification("towns.csv", eTag: eTag)
    let early = try rig.report(event)
    #expect(early.returned == 1 && early.status.isEmpty, "\(early.answer)")
    var message = ""
    do { _ = try rig.invoke(event) } catch { message = "\(error)" }
    #expect(
      message.contains("2 rows of inns refer to rows of towns that the file holds"), "\(message)")
    #expect(try rig.database.rows(towns).count == 3)
    // Whether one of the file waits or not: a town that it does not hold at all has to be held.
    let without = try rig.load("land,nr,of\na,2,de\n", as: "2/towns.csv")
    #expect(without.code == "still-referenced" && without.returned == 0, "\(without.answer)")
    #expect(without.reason.hasPrefix("1 rows of inns"))
    _ = try rig.load("code\nde\n", as: "lands.csv")
    let late = try rig.report(event)
    #expect(late.outcome == [0, 1, 1, 0, 0] && late["deleted"] == 1, "\(late.answer)")
    #expect(try rig.database.rows(towns) == [["a", "1", "at"], ["a", "2", "de"]])
  }
}
