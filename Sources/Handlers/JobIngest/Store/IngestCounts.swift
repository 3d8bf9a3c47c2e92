/// What a run did: `found = inserted + updated + unchanged + rejected + skipped`.
struct IngestCounts: Encodable, Equatable, Sendable {
  var found = 0
  var inserted = 0
  var updated = 0
  var unchanged = 0
  /// Postings that no search finds any more.
  var closed = 0
  /// Postings that could not be read.
  var rejected = 0
  /// Postings that pay less than the search asks for.
  var skipped = 0
  /// Postings that came again on a later page; not among those found.
  var duplicates = 0

  init() {}

  /// Makes counts of eight figures in the order of ``figures``.
  init(_ figures: [Int]) {
    (found, inserted, updated, unchanged) = (figures[0], figures[1], figures[2], figures[3])
    (closed, rejected, skipped, duplicates) = (figures[4], figures[5], figures[6], figures[7])
  }

  var figures: [Int] {
    [found, inserted, updated, unchanged, closed, rejected, skipped, duplicates]
  }

  static func + (one: IngestCounts, other: IngestCounts) -> IngestCounts {
    IngestCounts(zip(one.figures, other.figures).map { $0 + $1 })
  }
}
