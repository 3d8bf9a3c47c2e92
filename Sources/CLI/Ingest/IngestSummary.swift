package import JSON

/// The answer of `job-ingest`, for people and for checks.
package struct IngestSummary: Sendable, Equatable {
  /// What became of one search, or of all together.
  package struct Outcome: Sendable, Equatable {
    /// Empty for all together.
    package var search = ""
    package var status = ""
    package var reason: String?
    /// By the names of ``figures``.
    package var counts: [String: Int] = [:]

    package subscript(name: String) -> Int { counts[name] ?? 0 }

    /// For example `78 found = 3 inserted + 75 unchanged; 1 closed`.
    package var line: String {
      var line = Quantity.sum("found", of: IngestSummary.parts) { self[$0] }
      for name in ["duplicates", "closed"] where self[name] > 0 {
        line += "; \(self[name]) \(name)"
      }
      return line
    }
  }

  package let all: Outcome
  package let searches: [Outcome]

  /// What a posting that was found can have become; their sum is how many were found.
  static let parts = ["inserted", "updated", "unchanged", "rejected", "skipped"]
  /// Every figure, in the order to show them.
  static let figures = ["found"] + parts + ["duplicates", "closed"]

  package init(_ answer: JSONValue) {
    all = Self.outcome(answer)
    guard case .array(let searches) = answer["searches"] else {
      self.searches = []
      return
    }
    self.searches = searches.map(Self.outcome)
  }

  private static func outcome(_ value: JSONValue) -> Outcome {
    var outcome = Outcome()
    outcome.search = value["search"]?.string ?? ""
    outcome.status = value["status"]?.string ?? "?"
    outcome.reason = value["reason"]?.string
    for name in figures { outcome.counts[name] = value[name]?.count }
    return outcome
  }

  /// One row a search; figures that are nought everywhere are left out, but for the usual ones.
  package var table: String {
    let shown = Self.figures.filter { name in
      ["found", "inserted", "updated", "unchanged", "closed"].contains(name)
        || searches.contains { $0[name] != 0 }
    }
    let rows = searches.map { outcome in
      [outcome.search, outcome.status] + shown.map { String(outcome[$0]) }
    }
    return TextTable(columns: ["search", "status"] + shown, rows: rows).text(limit: rows.count)
  }

  /// Why the searches that did not end well did not, and what else a reader should know.
  package var remarks: [String] {
    searches.compactMap { outcome in outcome.reason.map { "\(outcome.search): \($0)" } }
  }

  /// 0 for complete, 3 when the searches run already, else 1.
  package var exitStatus: Int32 {
    switch all.status {
    case "complete": 0
    case "already-running": 3
    default: 1
    }
  }
}
