import CSVFiles
import CSVLoad
import Datasets
import FeatureRigs
import TestSupport
import Testing

@Suite struct `Checks of files` {
  static let staff = """
    {"name": "staff", "schema": {"primaryKey": "id", "fields": [
      {"name": "id", "type": "integer", "constraints": {"required": true, "minimum": 1}},
      {"name": "name", "constraints": {"required": true, "maxLength": 4}},
      {"name": "badge", "type": "number", "constraints": {"unique": true}},
      {"name": "since", "type": "date", "missingValues": ["", "-"]}]},
      "sluice": {"header": "auto" MORE}}
    """

  static func resource(_ more: String = "") -> String { staff.replacing("MORE", with: more) }

  /// What a check finds: `line column code` for each fault.
  static func faults(
    _ text: String, _ resource: String
  ) throws -> (outcome: FileCheck.Outcome, faults: [String]) {
    let package = try DataPackage(json: Array("{\"resources\":[\(resource)]}".utf8))
    let folder = try ScratchFolder()
    var file = try LocalFile(try folder.write(text, as: "staff.csv"))
    var faults: [String] = []
    let outcome = try FileCheck(package.datasets[0]) {
      faults.append("\($0.line) \($0.column ?? "") \($0.code)")
    }.run(&file)
    return (outcome, faults)
  }

  static let files: [(text: String, more: String, faults: [String], rejected: Int)] = [
    ("1,a,1,2021-01-01\n2,b,,-\n", "", [], 0),
    ("id,name,badge,since\n1,a,1,\n", "", [], 0),
    ("since,id,name,badge\n,1,,1\n,2,b,2\n", "", ["2 name missing"], 1),
    (
      "0,abcde,x,2021-02-30\n2,b,,\n", "",
      ["1 id minimum", "1 name max-length", "1 badge type", "1 since type"], 1
    ),
    ("1,a\n2,b,,,\n3,c,,\n", "", ["1  too-few-fields", "2  too-many-fields"], 2),
    ("1,\"a\"x,,\n2,b,,\n\"3,c\n", "", ["1  quoting", "3  quoting"], 2),
    ("1,a,1.0,\n2,b,1.00,\n3,c,2,\n", "", ["2 badge unique"], 1),
    // The first record of the key is superseded, so its badge is free.
    ("1,a,7,\n2,b,7,\n1,c,8,\n", "", [], 0),
    ("1,a,7,\n1,b,8,\n2,c,8,\n", #","mode": "append""#, ["2 id duplicate-key"], 1),
    ("1,a,,\n2,b,,\nx,c,,\ny,d,,\n", #","maxRejects": 1"#, ["3 id type", "4 id type"], 2),
  ]

  @Test(arguments: files)
  func `every fault is named, with its line, column and code`(
    text: String, more: String, faults: [String], rejected: Int
  ) throws {
    let (outcome, found) = try Self.faults(text, Self.resource(more))
    #expect(found == faults)
    #expect((outcome.rejected, outcome.faults) == (rejected, faults.count))
    #expect(outcome.isClean == faults.isEmpty)
    #expect((outcome.failure?.code == .tooManyRejects) == more.contains("maxRejects"))
  }

  static let whole: [(text: String, code: LoadFault.Code)] = [
    ("", .emptyObject), ("PK\u{03}\u{04}xxxx", .notCSV), ("x,y\n", .wrongShape),
    ("a,b,c,d\nx,,,\n", .wrongShape),
  ]

  @Test(arguments: whole)
  func `a file that would not load at all is told as that`(
    text: String, code: LoadFault.Code
  ) throws {
    let (outcome, _) = try Self.faults(text, Self.resource())
    #expect(outcome.failure?.code == code)
    #expect(!outcome.isClean)
  }

  @Test func `a header that has to be there is missed`() throws {
    let resource = Self.resource().replacing("\"header\": \"auto\" ", with: "")
    let (outcome, _) = try Self.faults("1,a,,\n", resource)
    #expect(outcome.failure?.code == .headerMismatch)
  }

  @Test func `a header is skipped whatever it says where that is declared`() throws {
    let resource = Self.resource().replacing("\"auto\"", with: "\"skip\"")
    let (outcome, faults) = try Self.faults("1,a,,\n2,b,,\n", resource)
    #expect((outcome.read, faults) == (1, []))
  }

  @Test func `a long file is read to its end, also where a load gives up`() throws {
    let lines = (1...1500).map { "x,\($0),,\n" }.joined()
    let (outcome, faults) = try Self.faults(lines + "1,a,,\n", Self.resource())
    #expect((outcome.read, outcome.rejected, faults.count) == (1501, 1500, 1500))
  }

  static let modes = ["upsert", "append", "replace"]

  /// A file of records that mostly fit, with few keys and few badges, so that they repeat.
  static func file(_ random: inout SeededRandom) -> String {
    let dates = ["2021-01-01", "", "-", "2021-02-30", "2020-02-29"]
    return (1...Int.random(in: 2...60, using: &random)).map { _ in
      let id = Int.random(in: 0...40, using: &random)
      let badge = ["", "1", "1.0", "2.50", "2.5", "x", "0", "0.00", "30", "300"]
      let name = ["a", "b", "", "abcd", "abcde", "\"q\"\"\""]
      let fields = [
        id == 40 ? "x" : "\(id)", name.randomElement(using: &random) ?? "",
        badge.randomElement(using: &random) ?? "", dates.randomElement(using: &random) ?? "",
      ]
      let count = Int.random(in: 0...20, using: &random) == 0 ? 3 : 4
      return fields.prefix(count).joined(separator: ",") + "\n"
    }.joined()
  }

  @Test(
    .enabled(if: FileRig.isAvailable, "\(FileRig.reason)"), arguments: Array(1...8) as [UInt64],
    modes)
  func `a check names the records that a load refuses`(seed: UInt64, mode: String) throws {
    var random = SeededRandom(seed: seed)
    for _ in 0..<3 {
      let text = Self.file(&random)
      var rig = try FileRig(Self.resource(#","mode": "\#(mode)""#))
      let path = try rig.folder.write(text, as: "staff.csv")
      let (outcome, faults) = try rig.check(path, "staff")
      let report = try rig.load(path)
      let rejects = try rig.database.rows(
        "SELECT record, line, code FROM sluice.rejects ORDER BY record")
      // A load names the first fault of a record, a check all of them.
      var named: [Int: [String]] = [:]
      for fault in faults where named[fault.record] == nil {
        named[fault.record] = ["\(fault.record)", "\(fault.line)", fault.code]
      }
      let checked = named.sorted { $0.key < $1.key }.map(\.value)
      #expect(checked == rejects, "\(text)")
      #expect(outcome.rejected == report.counts.rejected, "\(text)")
      #expect((outcome.failure != nil) == (report.status == .failed), "\(text)")
      if report.status == .loaded {
        #expect(outcome.superseded == report.counts.superseded, "\(text)")
      }
    }
  }
}
