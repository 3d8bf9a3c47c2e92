import CSVLoad
import Datasets
import FeatureRigs
import JSON
import TestSupport
import Testing

@Suite struct `Reject limits` {
  /// A package of one dataset of pairs with this limit, as JSON.
  static func package(_ limit: String, columns: String = "") -> String {
    """
    {"name":"p","resources":[{"name":"pairs","schema":{"fields":[
    {"name":"id","type":"integer","constraints":{"required":true}},
    {"name":"v","type":"string","constraints":{"required":true}}],"primaryKey":"id"},
    "sluice":{"header":"auto","maxRejects":\(limit)\(columns)}}]}
    """
  }

  @Test(
    arguments: [
      ("0", .count(0)), ("100", .count(100)), (#""10""#, .count(10)), ("0.01", .share(0.01)),
      (#""1%""#, .share(0.01)), (#""0.5%""#, .share(0.005)), (#""100%""#, .share(1)),
    ] as [(String, MaxRejects)])
  func `a limit is a count or a share`(_ text: String, _ limit: MaxRejects) throws {
    let package = try DataPackage(json: Array(Self.package(text).utf8))
    #expect(package.datasets[0].maxRejects == limit)
  }

  @Test(arguments: [
    "-1", "1.5", "true", "[]", #""""#, #""-1%""#, #""101%""#, #""a few""#, #""%""#, #""nan%""#,
  ])
  func `any other limit is refused with what it should be`(_ text: String) throws {
    let fault = #expect(throws: DataPackageFault.self) {
      try DataPackage(json: Array(Self.package(text).utf8))
    }
    #expect(fault?.resource == "pairs" && fault?.rule.contains("5%") == true, "\(fault as Any)")
  }
}

@Suite(.enabled(if: LoaderRig.isAvailable, Comment(rawValue: LoaderRig.reason)))
struct `Too many rejects` {
  private static func load(
    _ file: [UInt8], limit: String, columns: String = ""
  ) throws -> (LoaderRig.Report, rows: String, rejects: String) {
    let package = try PackageFile(`Reject limits`.package(limit, columns: columns))
    var rig = try LoaderRig(["SLUICE_DATAPACKAGE": package.path])
    let report = try rig.load(file, as: "pairs.csv")
    #expect(report.isBalanced, "\(report.value)")
    #expect(
      try rig.database.value("SELECT status || coalesce(code, '') FROM sluice.loads")
        == report.status + report.code)
    return (
      report, try rig.database.value("SELECT count(*) FROM pairs"),
      try rig.database.value("SELECT count(*) FROM sluice.rejects")
    )
  }

  /// So many records, of which those at some places lack a value.
  private static func file(_ count: Int, bad: some Sequence<Int>) -> [UInt8] {
    let bad = Set(bad)
    return Array((1...count).map { bad.contains($0) ? "\($0),\n" : "\($0),v\($0)\n" }.joined().utf8)
  }

  @Test(arguments: [
    ("3", 100, 3), ("0", 100, 0), ("0.03", 100, 3), (#""29%""#, 100, 29), (#""50%""#, 3, 1),
    (#""100%""#, 100, 99),
  ])
  func `as many rejects as allowed are no failure`(_ limit: String, _ count: Int, _ bad: Int) throws
  {
    let (report, rows, rejects) = try Self.load(Self.file(count, bad: 1..<bad + 1), limit: limit)
    #expect(report.status == "loaded" && report.outcome == [count - bad, 0, 0, 0, bad])
    #expect(rows == "\(count - bad)" && rejects == "\(bad)")
  }

  @Test(arguments: [
    ("3", 100, 4, "maxRejects allows 3"), ("0", 100, 1, "maxRejects allows 0"),
    ("0.03", 100, 4, "maxRejects allows 3%"), (#""29%""#, 100, 30, "maxRejects allows 29%"),
    (#""0.5%""#, 199, 1, "maxRejects allows 0.5%"), (#""50%""#, 3, 2, "maxRejects allows 50%"),
  ])
  func `one more fails the load and changes nothing`(
    _ limit: String, _ count: Int, _ bad: Int, _ words: String
  ) throws {
    let file = Self.file(count, bad: (1...bad).map { $0 * count / (bad + 1) + 1 })
    for bytes in [file, try CompressedBytes.make(file, by: "gzip")] {
      let (report, rows, rejects) = try Self.load(bytes, limit: limit)
      #expect(report.status == "failed" && report.code == "too-many-rejects", "\(report.value)")
      #expect(report.reason.contains(words), "\(report.reason)")
      #expect(report.reason.contains("; line \(count / (bad + 1) + 1): v is missing"))
      #expect(report["rejected"] == bad && report["read"] == bad && report.returned == 0)
      #expect(report.rejects.count == min(bad, 20) && report.rejectsKey.isEmpty)
      #expect(rows == "0" && rejects == "\(bad)")
    }
  }

  @Test func `a count that is exceeded ends the reading`() throws {
    let (report, rows, rejects) = try Self.load(
      Self.file(50_000, bad: stride(from: 10, to: 50_000, by: 10)), limit: "5")
    #expect(report.code == "too-many-rejects" && report["rejected"] == 6)
    #expect(report.reason.contains("6 of the first 60 records were refused"), "\(report.reason)")
    #expect(report.reason.contains("the rest was not read"))
    #expect(rows == "0" && rejects == "6")
  }

  @Test func `a share that good records cannot make up for ends the reading`() throws {
    let half = Self.file(60_000, bad: stride(from: 2, to: 60_000, by: 2))
    let (report, rows, _) = try Self.load(half, limit: "0.01")
    #expect(report.code == "too-many-rejects" && report["rejected"] < 15_000, "\(report.reason)")
    #expect(report.reason.contains("the rest was not read") && rows == "0")
  }

  @Test func `a share that good records make up for does not`() throws {
    // The shortest records there are follow, so that every reject counts until the end.
    let bad = String(repeating: "x,a value that is much longer than the others\n", count: 400)
    let good = (2...50_000).map { "\($0),v\n" }.joined()
    let (report, rows, _) = try Self.load(Array(("1,v\n" + bad + good).utf8), limit: "0.01")
    #expect(report.status == "loaded" && report["rejected"] == 400, "\(report.reason)")
    #expect(rows == "50000")
  }

  @Test func `a compressed file is judged by its text, not by its size`() throws {
    let file = Self.file(20_000, bad: 1...150)
    let (report, rows, _) = try Self.load(
      try CompressedBytes.make(file, by: "zstd -19"), limit: #""1%""#)
    #expect(report.status == "loaded" && report["rejected"] == 150, "\(report.reason)")
    #expect(rows == "19850")
  }

  @Test func `what a derived column refuses counts too`() throws {
    let columns = """
      ,"columns":[{"name":"id"},{"name":"n","type":"integer","required":true,
      "expression":"nullif(length(v), 2)"}],"primaryKey":"id"
      """
    let file = Array("1,a\n2,bb\n,c\n3,ddd\n".utf8)
    let (passed, rows, _) = try Self.load(file, limit: "2", columns: columns)
    #expect(passed.outcome == [2, 0, 0, 0, 2] && rows == "2", "\(passed.value)")
    let (failed, none, rejects) = try Self.load(file, limit: "1", columns: columns)
    #expect(failed.code == "too-many-rejects" && failed["rejected"] == 2, "\(failed.value)")
    #expect(none == "0" && rejects == "2")
  }
}
