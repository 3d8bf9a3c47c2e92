import FeatureRigs
import JSON
import TestSupport
import Testing

@Suite(.enabled(if: LoaderRig.isAvailable, Comment(rawValue: LoaderRig.reason)))
struct `CSV load` {
  static let departments = "1,Sales\n2,Support\n3,Research\n"

  static func hires(_ count: Int, from first: Int = 1) -> String {
    (first..<first + count).map {
      "\($0),Name \($0),2021-0\($0 % 9 + 1)-11T0\($0 % 10):00:00Z,\($0 % 3 + 1),1\n"
    }.joined()
  }

  @Test func `a headerless file is loaded whole`() throws {
    var rig = try LoaderRig()
    let report = try rig.load(Self.departments, as: "uploads/departments/d.csv")
    #expect(report.status == "loaded")
    #expect(report["read"] == 3 && report.outcome == [3, 0, 0, 0, 0])
    #expect(report.returned == 0)
    #expect(
      try rig.database.rows("SELECT id, department FROM departments ORDER BY id")
        == [["1", "Sales"], ["2", "Support"], ["3", "Research"]])
  }

  @Test func `incomplete records are rejected with their line, column and bytes`() throws {
    var rig = try LoaderRig()
    let report = try rig.load(
      "1,Ann,2021-02-01T12:28:13Z,1,2\n2,Bo,2021-02-01T12:28:13Z,,2\n,Cy,2021-02-01T12:28:13Z,1,2\n"
        + "4,Di,yesterday,1,2\n5,Ed,2021-02-30T00:00:00Z,1,2\n6,Fi,2021-02-01T12:28:13Z,1\n",
      as: "uploads/hired_employees/h.csv")
    #expect(report.status == "loaded" && report.isBalanced)
    #expect(report.outcome == [1, 0, 0, 0, 5])
    #expect(
      try rig.database.rows(
        "SELECT line, record, byte_offset, column_name, code, raw FROM sluice.rejects ORDER BY line"
      )
        == [
          ["2", "2", "31", "department_id", "missing", "2,Bo,2021-02-01T12:28:13Z,,2"],
          ["3", "3", "60", "id", "missing", ",Cy,2021-02-01T12:28:13Z,1,2"],
          ["4", "4", "89", "datetime", "type", "4,Di,yesterday,1,2"],
          ["5", "5", "108", "datetime", "type", "5,Ed,2021-02-30T00:00:00Z,1,2"],
          ["6", "6", "138", "", "too-few-fields", "6,Fi,2021-02-01T12:28:13Z,1"],
        ])
    #expect(report.rejects.count == 5)
    #expect(report.rejects.first?["column"]?.string == "department_id")
  }

  @Test func `the same object again is loaded already, and its rows again are unchanged`() throws {
    var rig = try LoaderRig()
    let file = Self.hires(50)
    #expect(try rig.load(file, as: "hired_employees.csv").outcome == [50, 0, 0, 0, 0])
    let again = try rig.load(file, as: "hired_employees.csv")
    #expect(again.status == "already-loaded" && again["inserted"] == 50)
    let copy = try rig.load(file, as: "uploads/hired_employees/copy.csv")
    #expect(copy.status == "loaded" && copy.outcome == [0, 0, 50, 0, 0])
    #expect(try rig.database.value("SELECT count(*) FROM hired_employees") == "50")
  }

  @Test func `changed rows are updated and the last of a key wins`() throws {
    var rig = try LoaderRig()
    _ = try rig.load("1,Sales\n2,Support\n", as: "departments.csv")
    let report = try rig.load("2,Help\n3,Law\n1,Sales\n3,Legal\n", as: "departments.csv")
    #expect(report.isBalanced && report.outcome == [1, 1, 1, 1, 0])
    #expect(
      try rig.database.rows("SELECT department FROM departments ORDER BY id")
        == [["Sales"], ["Help"], ["Legal"]])
  }

  @Test(arguments: [
    ("1,a\n2,b\n3,c\n", 0), ("3,a\n2,b\n1,c\n", 0), ("1,a\n2,b\n2,c\n", 1), ("2,a\n1,b\n2,c\n", 1),
    ("-9223372036854775808,a\n-9223372036854775808,b\n", 1), ("1,a\n5,\n2,b\n5,c\n2,d\n", 1),
  ])
  func `a key that comes twice is found in any order`(_ file: String, _ superseded: Int) throws {
    let json = """
      {"name":"p","resources":[{"name":"pairs","schema":{"fields":[
      {"name":"id","type":"integer","constraints":{"required":true}},
      {"name":"v","type":"string","constraints":{"required":true}}],"primaryKey":"id"}}]}
      """
    let package = try PackageFile(json)
    var rig = try LoaderRig(["SLUICE_DATAPACKAGE": package.path])
    let report = try rig.load("id,v\n" + file, as: "pairs.csv")
    #expect(report.status == "loaded" && report["superseded"] == superseded, "\(report.value)")
  }

  @Test func `an object that went back to earlier content is loaded again`() throws {
    var rig = try LoaderRig()
    for name in ["Old", "New", "Old"] {
      let report = try rig.load("1,\(name)\n", as: "departments.csv")
      #expect(report.status == "loaded")
      #expect(try rig.database.value("SELECT department FROM departments") == name)
    }
  }

  @Test(arguments: [
    "1,Ann,2021-02-01T12:28:13Z,1,2\n2,Bo,2021-03-01T12:28:13Z,1,2",
    "1,Ann,2021-02-01T12:28:13Z,1,2\r\n2,Bo,2021-03-01T12:28:13Z,1,2\r\n",
    "\u{feff}1,Ann,2021-02-01T12:28:13Z,1,2\n2,Bo,2021-03-01T12:28:13Z,1,2\n",
    "1,\"Ann\",\"2021-02-01T12:28:13Z\",1,2\n2,\"Bo\",\"2021-03-01T12:28:13Z\",1,2\n",
    "id,name,datetime,department_id,job_id\n1,Ann,2021-02-01T12:28:13Z,1,2\n"
      + "2,Bo,2021-03-01T12:28:13Z,1,2\n",
    "\u{feff}JOB_ID,Department Id,DateTime,Name,ID\r\n2,1,2021-02-01T12:28:13Z,Ann,1\r\n"
      + "2,1,2021-03-01T12:28:13Z,Bo,2\r\n",
    "nr,who,when,dep,job\n1,Ann,2021-02-01T12:28:13Z,1,2\n2,Bo,2021-03-01T12:28:13Z,1,2\n",
    "1,Ann,2021-02-01T12:28:13.000Z,1,2\n2,Bo,2021-03-01T12:28:13,1,2\n",
    "1,Ann,2021-02-01T14:28:13+02:00,1,2\n\n2,Bo,2021-03-01 12:28:13Z,1,2\n",
    "1,Ann,2021-02-01T12:28:13Z,1,2\r2,Bo,2021-03-01T12:28:13Z,1,2\r",
  ])
  func `the same records load from every form they circulate in`(_ file: String) throws {
    var rig = try LoaderRig()
    let report = try rig.load(file, as: "hired_employees.csv")
    #expect(report.status == "loaded" && report.outcome == [2, 0, 0, 0, 0], "\(report.value)")
    #expect(
      try rig.database.rows(
        "SELECT id, name, datetime AT TIME ZONE 'UTC', department_id, job_id "
          + "FROM hired_employees ORDER BY id")
        == [
          ["1", "Ann", "2021-02-01 12:28:13", "1", "2"],
          ["2", "Bo", "2021-03-01 12:28:13", "1", "2"],
        ])
  }

  @Test func `a header with names of its own is told of`() throws {
    var rig = try LoaderRig()
    let guessed = try rig.load("nr,title\n1,Clerk\n", as: "jobs.csv")
    #expect(guessed.outcome == [1, 0, 0, 0, 0])
    #expect(guessed.reason == "line 1 was taken for a header with names of its own")
    #expect(try rig.load("ID,Job\n1,Clerk\n", as: "uploads/jobs/named.csv").reason == "")
  }

  @Test(arguments: ["0", "-3", "2147483648", "1.0"])
  func `a first record with a number out of place is refused and not a header`(
    _ id: String
  ) throws {
    var rig = try LoaderRig()
    let report = try rig.load("\(id),Sales\n2,Support\n", as: "jobs.csv")
    #expect(report.isBalanced && report["read"] == 2, "\(report.value)")
    #expect(report.rejects.first?["line"] == .integer(1) && report["inserted"] == 1)
  }

  @Test func `people get names and a key that a second load finds again`() throws {
    var rig = try LoaderRig()
    let file =
      "fullname,age,location\nAda King Lovelace,36,London\nPlato,80,Athens\n Bo Li ,9,\"Ny, K\""
    let report = try rig.load(file, as: "uploads/people/p.csv")
    #expect(report.isBalanced && report.outcome == [2, 0, 0, 0, 1], "\(report.value)")
    #expect(
      try rig.database.rows("SELECT first_name, last_name, age, location FROM people")
        == [["Ada", "King Lovelace", "36", "London"], ["Bo", "Li", "9", "Ny, K"]])
    #expect(
      try rig.database.rows("SELECT line, column_name, raw FROM sluice.rejects")
        == [["3", "last_name", "Plato,80,Athens"]])
    let again = try rig.load(file + "\n", as: "people.csv")
    #expect(again.outcome == [0, 0, 2, 0, 1])
  }

  @Test func `rejects beyond one buffer are all kept, and rows around them too`() throws {
    var rig = try LoaderRig()
    let long = String(repeating: "x", count: 200)
    let file = (1...12_000).map { $0 % 2 == 0 ? "\($0),\(long)\n" : "x\($0),\(long)\n" }.joined()
    let report = try rig.load("20001,first\n" + file, as: "jobs.csv")
    #expect(report.isBalanced && report.outcome == [6001, 0, 0, 0, 6000], "\(report.value)")
    #expect(try rig.database.value("SELECT count(*) FROM sluice.rejects") == "6000")
    #expect(
      try rig.database.value("SELECT count(*) FROM sluice.rejects WHERE line <> record") == "0")
    #expect(try rig.database.value("SELECT count(*) FROM jobs") == "6001")
    #expect(report.rejects.count == 20)
  }

  @Test func `bytes that text cannot hold are kept beside a readable form`() throws {
    var rig = try LoaderRig()
    let file = Array("1,ok\n2,a".utf8) + [0xff] + Array("b\n3,c".utf8) + [0] + Array("d\n".utf8)
    let report = try rig.load(file, as: "jobs.csv")
    #expect(report.outcome == [1, 0, 0, 0, 2])
    #expect(
      try rig.database.rows("SELECT code, raw, raw_bytes FROM sluice.rejects ORDER BY line")
        == [
          ["invalid-utf8", "2,a\\xffb", "\\x322c61ff62"],
          ["nul-byte", "3,c\\x00d", "\\x332c630064"],
        ])
  }
}
