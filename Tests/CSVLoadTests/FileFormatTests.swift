import FeatureRigs
import JSON
import TestSupport
import Testing

/// Files that are not the text a CSV is, told by what they begin with.
@Suite(.enabled(if: LoaderRig.isAvailable, Comment(rawValue: LoaderRig.reason)))
struct `File formats` {
  static let formats: [(opening: [UInt8], name: String)] = [
    (Array("PK\u{3}\u{4}....a.csv".utf8), "ZIP archive; extract the CSV"),
    (Array("PK\u{3}\u{4}....[Content_Types].xml".utf8), "Excel workbook"),
    (
      Array("PK\u{3}\u{4}..mimetypeapplication/vnd.oasis.opendocument.spreadsheet".utf8),
      "OpenDocument"
    ),
    (Array("BZh91AY&SY".utf8), "bzip2"),
    ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0], "xz"),
    ([0x04, 0x22, 0x4D, 0x18, 0x64], "lz4"),
    ([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], "7z"),
    (Array("Rar!\u{1A}\u{7}".utf8), "RAR"),
    (Array("PAR1\u{15}".utf8), "Parquet"),
    (Array("ARROW1\0\0".utf8), "Arrow"),
    (Array("Obj\u{1}".utf8), "Avro"),
    (Array("SQLite format 3\0".utf8), "SQLite"),
    ([0xD0, 0xCF, 0x11, 0xE0, 0xA1], "old Excel workbook"),
    (Array("a.csv".utf8) + [UInt8](repeating: 0, count: 252) + Array("ustar".utf8), "tar"),
  ]

  @Test func `other formats are named, with what to do`() throws {
    var rig = try LoaderRig()
    for (opening, name) in Self.formats {
      let report = try rig.load(
        opening + [UInt8](repeating: 0x80, count: 400), as: "departments.csv")
      #expect(report.code == "not-csv" && report.reason.contains(name), "\(report.value)")
      #expect(report.returned == 0 && report.isBalanced)
    }
    #expect(try rig.database.value("SELECT count(*) FROM departments") == "0")
  }

  @Test(arguments: ["BZh9,a", "PAR1,a", "PK,a", "Obj,a", "P*M,a", "Rar!,a"])
  func `words that begin like another format are text`(_ word: String) throws {
    let package = try PackageFile(
      """
      {"name":"p","resources":[{"name":"words","schema":{"fields":[
      {"name":"word","type":"string","constraints":{"required":true}},
      {"name":"v","type":"string"}],"primaryKey":"word"},"sluice":{"header":"auto"}}]}
      """)
    var rig = try LoaderRig(["SLUICE_DATAPACKAGE": package.path])
    let report = try rig.load("\(word)\n", as: "words.csv")
    #expect(report.status == "loaded" && report.outcome == [1, 0, 0, 0, 0], "\(report.value)")
  }

  /// A text in units of 16 or 32 bits.
  static func wide(_ text: String, _ name: String) -> [UInt8] {
    let isLittle = name.hasSuffix("LE")
    func bytes<Unit: FixedWidthInteger>(_ unit: Unit) -> [UInt8] {
      let bytes = (0..<Unit.bitWidth / 8).map { UInt8(truncatingIfNeeded: unit >> ($0 * 8)) }
      return isLittle ? bytes : bytes.reversed()
    }
    return name.hasPrefix("UTF-16")
      ? text.utf16.flatMap { bytes($0) } : text.unicodeScalars.flatMap { bytes($0.value) }
  }

  @Test(arguments: ["UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE"])
  func `fault 28: wide text is recognised with its mark and without`(_ name: String) throws {
    var rig = try LoaderRig()
    for text in ["1,a\n", "1,Verkauf\r\n2,Büro\r\n", "1001,Иван\n1002,Отдел\n1003,東京\n1004,é\n"] {
      for mark in ["\u{FEFF}", ""] {
        let report = try rig.load(Self.wide(mark + text, name), as: "departments.csv")
        #expect(report.code == "wrong-encoding", "\(report.value)")
        #expect(report.reason.contains("iconv -f \(name) -t UTF-8"), "\(report.reason)")
        #expect(report.returned == 0 && report.isBalanced)
      }
    }
  }

  @Test func `fault 28: text with NULs in it is not taken for wide text`() throws {
    var rig = try LoaderRig()
    // In every record at an odd place, then in every record before its end.
    for text in [
      "1,a\0b\n2,c\0d\n3,e\0f\n4,g\0h\n5,ok\n", "1,ab\0\n2,cd\0\n3,ef\0\n4,gh\0\n5,ok\n",
    ] {
      let report = try rig.load(text, as: "departments.csv")
      #expect(report["rejected"] == 4 && report["read"] == 5, "\(report.value)")
      #expect(report.isBalanced)
      #expect(Set(report.rejects.map { $0["code"]?.string }) == ["nul-byte"])
    }
  }

  @Test func `fault 28: bytes that are no text are told with their column and place`() throws {
    var rig = try LoaderRig()
    // A long start puts them behind the first piece and the first batch.
    let start = Array((1...5000).map { "\($0),Abteilung für \($0)\n" }.joined().utf8)
    let records: [[UInt8]] = [
      Array("6001,".utf8) + [0xE9] + Array("t\u{e9}\n".utf8),
      Array("6002,ok\n".utf8),
      Array("60".utf8) + [0] + Array("03,x\n".utf8),
      Array("6004,\"a\"\"\n".utf8) + [0xC3, 0x28] + Array("\"\n".utf8),
      Array("6005,\u{1F600}".utf8) + [0xED, 0xA0, 0x80, 0x0A],
      Array("6006,a".utf8) + [0] + Array("b".utf8) + [0xFF, 0x0A],
      Array("6007,last".utf8) + [0xF0, 0x9F],
    ]
    let faults: [(index: Int, at: Int, column: String, code: String)] = [
      (0, 5, "department", "invalid-utf8"), (2, 2, "id", "nul-byte"),
      (3, 10, "department", "invalid-utf8"), (4, 9, "department", "invalid-utf8"),
      (5, 6, "department", "nul-byte"), (6, 9, "department", "invalid-utf8"),
    ]
    let report = try rig.load(start + records.joined(), as: "departments.csv")
    #expect(report.isBalanced && report.outcome == [5001, 0, 0, 0, 6], "\(report.value)")
    let found = try rig.database.rows(
      "SELECT byte_offset, column_name, code, reason FROM sluice.rejects ORDER BY record")
    let expected = faults.map { fault in
      let offset = start.count + records[..<fault.index].joined().count
      let what =
        fault.code == "nul-byte"
        ? "holds a NUL byte, which text cannot" : "is not valid UTF-8"
      return [
        "\(offset)", fault.column, fault.code,
        "\(fault.column) \(what), at byte \(offset + fault.at)",
      ]
    }
    #expect(found == expected)
  }
}
