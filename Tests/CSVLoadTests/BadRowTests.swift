import FeatureRigs
import TestSupport
import Testing

/// Bad records among good ones, counted by somebody else.
@Suite(.enabled(if: LoaderRig.isAvailable, Comment(rawValue: LoaderRig.reason)))
struct `Bad rows among many` {
  @Test func `fault 31: each bad row is rejected where it stands, and every other one loads`()
    throws
  {
    var rig = try LoaderRig()
    var random = SeededRandom(seed: 31)
    var file = ""
    var good: [Int: String] = [:]
    var bad: [Int] = []
    for line in 1...20_000 {
      let isBad = Int.random(in: 0..<100, using: &random) == 0
      let name = "Name \(Int.random(in: 0..<1000, using: &random))"
      let broken = [
        "x\(line),\(name)", "\(line)", "\(line),\(name),more", "\(line),", "-\(line),a",
      ]
      file += (isBad ? broken[line % broken.count] : "\(line),\(name)") + "\n"
      if isBad { bad.append(line) } else { good[line] = name }
    }
    try #require(bad.count > 100)
    let report = try rig.load(file, as: "uploads/jobs/j.csv")
    #expect(report.status == "loaded" && report.isBalanced, "\(report.value)")
    #expect(report["read"] == 20_000 && report["inserted"] == good.count)
    #expect(report["rejected"] == bad.count)
    #expect(
      try rig.database.value("SELECT string_agg(line::text, ',' ORDER BY line) FROM sluice.rejects")
        == bad.map(String.init).joined(separator: ","))
    let rows = try rig.database.rows("SELECT id, job FROM jobs ORDER BY id")
    #expect(rows.count == good.count)
    #expect(rows.allSatisfy { row in Int(row[0]).map { good[$0] == row[1] } ?? false })
    // A single one is found as well.
    let one = try rig.load("30001,a\n30002,b\nthree,c\n30004,d\n", as: "uploads/jobs/k.csv")
    #expect(one.outcome == [3, 0, 0, 0, 1] && one.rejects.count == 1)
  }
}
