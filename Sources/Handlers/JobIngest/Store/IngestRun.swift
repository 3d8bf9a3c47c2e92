/// One run of a search over all of its pages, which several invocations may share.
struct IngestRun: Equatable, Sendable {
  /// How far a run has come.
  ///
  /// A pass is one walk over all pages. When the number of postings changes on the way, or a page
  /// is short, postings may have slipped from one page to another unseen, so another pass follows.
  struct Checkpoint: Equatable, Sendable {
    /// How many postings of the search lie behind; the next page begins here.
    var offset = 0
    var pageSize: Int
    var pass = 1
    /// How many postings the search had on the pages of this pass; nil before its first.
    var passTotal: Int?
    /// Whether every page of this pass was full and told the same total.
    var passIsWhole = true
  }

  /// How a run ended, as `sluice.ingest_runs` and the answer of `job-ingest` say it.
  enum Status: String, Sendable {
    case complete
    /// Not all of the postings were seen.
    case partial
    case failed
    /// Another invocation was at it.
    case alreadyRunning = "already-running"
  }

  /// How an invocation leaves a run.
  struct Ending: Sendable {
    let status: Status
    var reason: String?
    /// Whether the next invocation goes on where this one stopped.
    var canGoOn = false
  }

  let id: Int
  /// The number by which this invocation is told from an earlier one of the same run.
  var attempt: Int
  let searchKey: String
  var checkpoint: Checkpoint
  var counts = IngestCounts()
  /// How many postings the search has, as its last page said.
  var total = 0
  /// Whether the search has more postings than the service shows.
  var isTruncated = false
}

/// The run was taken over by another invocation, which goes on with it.
struct RunTakenOverFault: Error {}

/// What a run did: `found = inserted + updated + unchanged + rejected + skipped`.
package struct IngestCounts: Encodable, Equatable, Sendable {
  /// Postings that the run has seen.
  package var found = 0
  /// Postings that are new.
  package var inserted = 0
  /// Postings that changed.
  package var updated = 0
  /// Postings that are as they were.
  package var unchanged = 0
  /// Postings that no search finds any more.
  package var closed = 0
  /// Postings that could not be read.
  package var rejected = 0
  /// Postings that pay less than the search asks for.
  package var skipped = 0
  /// Postings that came again on a later page; not among those found.
  package var duplicates = 0

  init() {}

  /// Makes counts of eight figures in the order of ``figures``.
  init(_ figures: [Int]) {
    (found, inserted, updated, unchanged) = (figures[0], figures[1], figures[2], figures[3])
    (closed, rejected, skipped, duplicates) = (figures[4], figures[5], figures[6], figures[7])
  }

  var figures: [Int] {
    [found, inserted, updated, unchanged, closed, rejected, skipped, duplicates]
  }

  /// The columns of the counts, in the order of ``figures``.
  static let columns = [
    "found", "inserted", "updated", "unchanged", "closed", "rejected", "skipped", "duplicates",
  ]

  static func + (one: IngestCounts, other: IngestCounts) -> IngestCounts {
    IngestCounts(zip(one.figures, other.figures).map { $0 + $1 })
  }
}
