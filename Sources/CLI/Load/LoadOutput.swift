package import CSVLoad
import JSON
import Synchronization
import System

/// How far a load has come: one line that is written over on a terminal, else a line now and then.
package final class LoadScreen: Sendable {
  let line = ProgressLine()
  private let interval: Duration
  private let state = Mutex(State())

  private struct State {
    var name = ""
    var start = ContinuousClock.now
    var shown: ContinuousClock.Instant?
  }

  init() {
    interval = line.isTerminal ? .milliseconds(100) : .seconds(5)
  }

  /// Starts on another file.
  func begin(_ name: String) {
    state.withLock { state in
      state.name = name
      state.start = .now
      // A load that is over soon needs no line in a log.
      state.shown = line.isTerminal ? nil : .now
    }
  }

  func show(_ progress: LoadProgress) {
    state.withLock { state in
      // What came before the first bytes is not the load's own time.
      if progress.bytes == 0 { state.start = .now }
      let isRead = progress.bytes > 0 && progress.bytes == progress.size
      if let shown = state.shown, shown.duration(to: .now) < interval, !(line.isTerminal && isRead)
      {
        return
      }
      state.shown = .now
      line.show("\(state.name): \(Self.line(progress, after: state.start.duration(to: .now)))")
    }
  }

  /// For example `24.0 of 509.3 MB, 471,698 records, 812,345 a second, 12 rejected, 0:07 left`.
  package static func line(_ progress: LoadProgress, after elapsed: Duration) -> String {
    guard progress.bytes > 0 else { return "waiting for the database" }
    var parts = [Quantity.bytes(progress.bytes)]
    if let size = progress.size { parts[0] += " of \(Quantity.bytes(size))" }
    parts.append("\(Quantity.count(progress.read)) records")
    if elapsed > .milliseconds(500) {
      parts.append("\(Quantity.count(Int(Double(progress.read) / elapsed.seconds))) a second")
    }
    parts.append("\(Quantity.count(progress.rejected)) rejected")
    if let size = progress.size {
      if progress.bytes >= size {
        parts.append("merging")
      } else if elapsed > .milliseconds(500) {
        let left = elapsed * (Double(size - progress.bytes) / Double(progress.bytes))
        parts.append("\(Quantity.time(left)) left")
      }
    }
    return parts.joined(separator: ", ")
  }
}

/// What became of the files of `sluice load`, for people and for scripts.
struct LoadSummary {
  private var loads: [(name: String, report: LoadReport)] = []

  mutating func add(_ name: String, _ report: LoadReport) {
    loads.append((name, report))
  }

  /// Whether Ctrl-C ended the last load.
  var isInterrupted: Bool {
    loads.last?.report.code == LoadFault.Code.interrupted.rawValue
  }

  /// 0 when all records of all files are in, 3 when some were rejected, 1 when a file was not loaded,
  /// and what a shell gives an interrupted command.
  var exitStatus: Int32 {
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
  var json: String {
    let answer = ["loads": loads.map(\.report)]
    return (try? JSON.encode(answer)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
  }

  private static let figures: [(name: String, value: @Sendable (LoadReport) -> Int)] = [
    ("read", { $0.counts.read }), ("inserted", { $0.counts.inserted }),
    ("updated", { $0.counts.updated }), ("unchanged", { $0.counts.unchanged }),
    ("superseded", { $0.counts.superseded }), ("rejected", { $0.counts.rejected }),
    ("pending", { $0.counts.pending }), ("deleted", { $0.deleted }), ("healed", { $0.healed }),
  ]
  private static let always: Set = ["read", "inserted", "updated", "unchanged", "rejected"]

  /// One row a file; figures that are nought everywhere are left out, but for the usual ones.
  var table: String {
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
  var remarks: [String] {
    loads.flatMap { name, report in
      var remarks = report.reason.map { ["\(name): \($0)"] } ?? []
      remarks += report.rejects.prefix(5).map { "\(name), line \($0.line): \($0.reason)" }
      if report.counts.rejected > 5, report.status == .loaded {
        remarks.append("\(name): … and \(Quantity.count(report.counts.rejected - 5)) more")
      }
      if let key = report.rejectsKey { remarks.append("\(name): fix and load again: \(key)") }
      return remarks
    }
  }
}
