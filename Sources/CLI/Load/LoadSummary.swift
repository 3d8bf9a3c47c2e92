package import CSVLoad
import JSON

/// What became of the files of `sluice load`, for people and for scripts.
package struct LoadSummary {
  private var loads: [(name: String, report: CSVLoad.LoadReport)] = []

  package init() {}

  package mutating func add(_ name: String, _ report: CSVLoad.LoadReport) {
    loads.append((name, report))
  }

  /// Whether Ctrl-C ended the last load.
  package var isInterrupted: Bool {
    loads.last?.report.code == LoadFault.Code.interrupted.rawValue
  }

  /// 0 when all records of all files are in, 3 when some were rejected, 1 when a file was not loaded,
  /// and what a shell gives an interrupted command.
  package var exitStatus: Int32 {
    if isInterrupted { return 130 }
    if loads.contains(where: { ![.loaded, .alreadyLoaded].contains($0.report.status) }) {
      return 1
    }
    return loads.contains { $0.report.counts.rejected > 0 } ? 3 : 0
  }

  /// Prints the report, and to standard error what else a reader should know.
  func show(isJSON: Bool) {
    if isJSON {
      Console.print(json)
      return
    }
    Console.print(table)
    for remark in remarks { Console.note(remark) }
  }

  /// The same answer that `csv-load` gives.
  package var json: String {
    let answer = ["loads": loads.map(\.report)]
    return (try? JSON.encode(answer)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
  }

  private static let figures: [(name: String, value: @Sendable (CSVLoad.LoadReport) -> Int)] = [
    ("read", { $0.counts.read }), ("inserted", { $0.counts.inserted }),
    ("updated", { $0.counts.updated }), ("unchanged", { $0.counts.unchanged }),
    ("superseded", { $0.counts.superseded }), ("rejected", { $0.counts.rejected }),
    ("pending", { $0.counts.pending }), ("deleted", { $0.deleted }), ("healed", { $0.healed }),
  ]
  private static let always: Set = ["read", "inserted", "updated", "unchanged", "rejected"]

  /// One row a file; figures that are nought everywhere are left out, but for the usual ones.
  package var table: String {
    let shown = Self.figures.filter { figure in
      Self.always.contains(figure.name) || loads.contains { figure.value($0.report) != 0 }
    }
    let rows = loads.map { name, report in
      [name, report.table ?? "", report.status.rawValue]
        + shown.map { String($0.value(report)) } + [Quantity.seconds(report.seconds)]
    }
    return TextTable(
      columns: ["file", "table", "status"] + shown.map(\.name) + ["seconds"], rows: rows
    ).text(limit: rows.count)
  }

  /// The first rejects and where all of them are, and why what failed did.
  package var remarks: [String] {
    loads.flatMap { name, report in
      var remarks = report.reason.map { ["\(name): \($0)"] } ?? []
      remarks += report.rejects.prefix(5).map { "\(name), line \($0.line): \($0.reason)" }
      if report.counts.rejected > 5, report.status == .loaded {
        remarks.append("\(name): … and \(Quantity.count(report.counts.rejected - 5)) more")
      }
      if let key = report.rejectsKey { remarks.append("\(name): to mend and load again: \(key)") }
      return remarks
    }
  }
}
