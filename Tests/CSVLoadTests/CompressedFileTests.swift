import FeatureRigs
import JSON
import TestSupport
import Testing

@Suite(.enabled(if: LoaderRig.isAvailable, Comment(rawValue: LoaderRig.reason)))
struct `Compressed files` {
  /// Departments, of which every tenth has no name.
  static let file = Array(
    (1...9000).map { $0 % 10 == 0 ? "\($0),\n" : "\($0),Département \($0)\n" }.joined().utf8)

  static let rejects = """
    SELECT line, record, byte_offset, column_name, code, raw FROM sluice.rejects
    WHERE load = (SELECT max(id) FROM sluice.loads) ORDER BY record
    """

  @Test(arguments: ["gzip", "zstd -19"])
  func `fault 29: a compressed file loads as the file does, whatever it is called`(
    _ command: String
  ) throws {
    var rig = try LoaderRig()
    let plain = try rig.load(Self.file, as: "uploads/departments/plain.csv")
    #expect(plain.isBalanced && plain.outcome == [8100, 0, 0, 0, 900], "\(plain.value)")
    let rejects = try rig.database.rows(Self.rejects)
    let bytes = try CompressedBytes.make(Self.file, by: command)
    for key in ["uploads/departments/a.csv.gz", "uploads/departments/b.csv"] {
      let report = try rig.load(bytes, as: key)
      #expect(report.isBalanced && report.outcome == [0, 0, 8100, 0, 900], "\(report.value)")
      #expect(try rig.database.rows(Self.rejects) == rejects)
      #expect(report.rejects == plain.rejects)
    }
    #expect(
      try rig.database.value("SELECT bytes FROM sluice.loads ORDER BY id DESC LIMIT 1")
        == "\(bytes.count)")
  }

  @Test func `a file compressed in several parts is one file`() throws {
    var rig = try LoaderRig()
    let parts = [Self.file.prefix(10_001), Self.file[10_001..<10_002], Self.file[10_002...]]
    let bytes = try parts.flatMap { try CompressedBytes.make(Array($0), by: "gzip") }
    let report = try rig.load(bytes, as: "departments.csv.gz")
    #expect(report.isBalanced && report.outcome == [8100, 0, 0, 0, 900], "\(report.value)")
  }

  @Test(arguments: ["gzip", "zstd"])
  func `fault 29: a damaged or truncated file changes nothing and is told with its place`(
    _ command: String
  ) throws {
    var rig = try LoaderRig()
    let whole = try CompressedBytes.make(Self.file, by: command)
    var damaged = whole
    damaged[whole.count / 2] ^= 0xFF
    for (bytes, words) in [
      (Array(whole.dropLast(5)), "ends too early, at byte \(whole.count - 5)"),
      (damaged, "is damaged at byte "), (whole + [1, 2, 3, 4], "is damaged at byte "),
    ] {
      let report = try rig.load(bytes, as: "departments.csv")
      #expect(report.status == "failed" && report.code == "object-damaged", "\(report.value)")
      #expect(report.reason.contains(words) && report.returned == 0, "\(report.reason)")
      #expect(report.isBalanced)
    }
    #expect(try rig.database.value("SELECT count(*) FROM departments") == "0")
    #expect(try rig.database.value("SELECT count(*) FROM sluice.rejects") == "0")
    #expect(
      try rig.database.rows("SELECT DISTINCT status, code FROM sluice.loads")
        == [["failed", "object-damaged"]])
  }

  @Test(arguments: ["gzip -9", "zstd"])
  func `fault 29: a bomb is refused and changes nothing`(_ command: String) throws {
    var rig = try LoaderRig()
    let line = Array("7,Sales\n".utf8)
    let text = (0..<(3 << 20) / line.count).flatMap { _ in line }
    let report = try rig.load(
      try CompressedBytes.make(text, by: command), as: "departments.csv")
    #expect(report.status == "failed" && report.code == "compression-refused", "\(report.value)")
    #expect(report.reason.contains("at most 200 times") && report.isBalanced, "\(report.reason)")
    #expect(try rig.database.value("SELECT count(*) FROM departments") == "0")
  }

  @Test(
    arguments: [
      ([], "empty-object", "of gzip data that hold 0 bytes"),
      ([0x89, 0x50, 0x4E, 0x47, 13, 10], "not-csv", "within its gzip data a PNG image"),
      ([0x1F, 0x8B, 8, 0], "not-csv", "gzip data within its gzip data"),
      ([0xFF, 0xFE, 0x31, 0], "wrong-encoding", "UTF-16LE text within its gzip data"),
    ] as [([UInt8], String, String)])
  func `what is no CSV is refused inside too`(
    _ content: [UInt8], _ code: String, _ words: String
  ) throws {
    var rig = try LoaderRig()
    let report = try rig.load(
      try CompressedBytes.make(content, by: "gzip"), as: "departments.csv.gz")
    #expect(report.code == code && report.reason.contains(words), "\(report.value)")
    #expect(report.isBalanced && report.returned == 0)
  }
}
