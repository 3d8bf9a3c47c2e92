/// One run of a search over all its pages, which can span several invocations.
struct IngestRun: Equatable, Sendable {
  /// The point a run has reached.
  ///
  /// A pass reads all pages once. If the number of postings changes during a pass, or a page is
  /// short, a posting may have moved between pages unseen, so another pass follows.
  struct Checkpoint: Equatable, Sendable {
    /// How many postings of the search have been passed; the next page starts here.
    var offset = 0
    var pageSize: Int
    var pass = 1
    /// How many postings the search had on the pages of this pass; nil before its first.
    var passTotal: Int?
    /// Whether every page of this pass was full and reported the same total.
    var passIsWhole = true
  }

  /// How a run ended, as reported in `sluice.ingest_runs` and in the output of `job-ingest`.
  enum Status: String, Sendable {
    case complete
    /// Not all of the postings were seen.
    case partial
    case failed
    /// Another invocation was running the search.
    case alreadyRunning = "already-running"
  }

  /// How an invocation leaves a run.
  struct Ending: Sendable {
    let status: Status
    var reason: String?
    /// Whether the next invocation resumes where this one stopped.
    var canGoOn = false
  }

  let id: Int
  /// Distinguishes this invocation from earlier ones of the same run.
  var attempt: Int
  let searchKey: String
  var checkpoint: Checkpoint
  var counts = IngestCounts()
  /// How many postings the search has, according to the last page read.
  var total = 0
  /// Whether the search has more postings than the service shows.
  var isTruncated = false
}

/// Another invocation has taken over the run and continues it.
struct RunTakenOverFault: Error {}

/// What a run did: `found = inserted + updated + unchanged + rejected + skipped`.
package struct IngestCounts: Encodable, Equatable, Sendable {
  /// Postings that the run has seen.
  package var found = 0
  /// Postings that are new.
  package var inserted = 0
  /// Postings that changed.
  package var updated = 0
  /// Postings that have not changed.
  package var unchanged = 0
  /// Postings that no search finds any longer.
  package var closed = 0
  /// Postings that could not be read.
  package var rejected = 0
  /// Postings that pay less than the search requires.
  package var skipped = 0
  /// Postings repeated on a later page; not included in `found`.
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
