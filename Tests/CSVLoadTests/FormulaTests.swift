import CSV
import Datasets
import FeatureRigs
import TestSupport
import Testing

/// Rejects whose fields a spreadsheet would run.
@Suite(.enabled(if: LoaderRig.isAvailable, Comment(rawValue: LoaderRig.reason)))
struct `Formulas in rejects` {
  static let fields = [
    #"=HYPERLINK("http://x")"#, "+1+cmd|' /C calc'!A0", "-2+3", "@SUM(1)", "\t=1", "\r=1", "=", "+",
    "-",
    "-.", "+1e", "-1.5.2", "--1", "=1,2", "+\"q\"",
  ]
  static let harmless = [
    "-5", "+3.25", "-.5", "+5.", "-1e5", "+1E-3", "a=1", " =1", "'=1", "", "1-2", "x", "é", "#REF!",
  ]

  static func package(escapes: Bool?, delimiter: String = ",") throws -> PackageFile {
    let rule = escapes.map { #", "escapeFormulas": \#($0)"# } ?? ""
    return try PackageFile(
      """
      {"name": "p", "resources": [{"name": "notes", "path": "notes.csv", "schema": {"fields": [
        {"name": "id", "type": "integer", "constraints": {"required": true}},
        {"name": "note", "type": "string"}], "primaryKey": "id"},
        "dialect": {"delimiter": "\(delimiter)", "header": false},
        "sluice": {"prefix": "notes/"\(rule)}}]}
      """)
  }

  static func record(_ note: String, _ delimiter: String) -> String {
    let quoted = note.replacing("\"", with: "\"\"")
    return "x\(delimiter)\"\(quoted)\""
  }

  /// The notes of a file of rejects, as any reader of CSV sees them.
  static func notes(_ text: String, _ delimiter: String) -> [String] {
    var parser = CSVParser(dialect: CSVDialect(delimiter: delimiter.utf8.first ?? 0))
    var notes: [String] = []
    func take(_ batch: borrowing CSVBatch) {
      for index in 0..<batch.count {
        let field = batch.field(6, of: batch[index])
        notes.append(
          String(
            decoding: CSVDialect(delimiter: delimiter.utf8.first ?? 0).value(of: field, in: batch),
            as: UTF8.self))
      }
    }
    parser.consume(Array(text.utf8).span, take)
    parser.finish(take)
    return Array(notes.dropFirst())
  }

  @Test(arguments: [",", ";"])
  func `fault 32: with the switch a formula is shown as text, and all else as it was`(
    delimiter: String
  ) throws {
    let package = try Self.package(escapes: true, delimiter: delimiter)
    var rig = try LoaderRig(["SLUICE_DATAPACKAGE": package.path])
    let all = Self.fields + Self.harmless
    let file =
      "1\(delimiter)ok\n" + all.map { Self.record($0, delimiter) + "\n" }.joined()
      + "=1\(delimiter)\"=2\" x\n"
    let report = try rig.load(file, as: "notes/n.csv")
    #expect(report["rejected"] == all.count + 1, "\(report.value)")
    let text = try #require(try rig.object(report.rejectsKey))
    // The last record has no fields: it stands there as one.
    #expect(text.hasSuffix("\(delimiter)\"'=1\(delimiter)\"\"=2\"\" x\"\n"), "\(text)")
    let whole = text.dropLast().prefix { _ in true }
    let lines = whole.prefix(upTo: whole.lastIndex(of: "\n") ?? whole.endIndex)
    #expect(
      Self.notes(String(lines) + "\n", delimiter) == Self.fields.map { "'" + $0 } + Self.harmless)
    for note in Self.harmless { #expect(text.contains(Self.record(note, delimiter)), "\(note)") }
    #expect(
      try rig.database.value("SELECT string_agg(raw, '|' ORDER BY record) FROM sluice.rejects")
        == (all.map { Self.record($0, delimiter) } + ["=1\(delimiter)\"=2\" x"])
        .joined(separator: "|"))
  }

  @Test(arguments: [nil, false])
  func `fault 32: without the switch a record is verbatim`(escapes: Bool?) throws {
    let package = try Self.package(escapes: escapes)
    var rig = try LoaderRig(["SLUICE_DATAPACKAGE": package.path])
    let file = Self.fields.map { Self.record($0, ",") + "\n" }.joined()
    let report = try rig.load("1,ok\n" + file, as: "notes/n.csv")
    let text = try #require(try rig.object(report.rejectsKey))
    for note in Self.fields { #expect(text.contains("," + Self.record(note, ",") + "\n")) }
  }
}
