/// What runs of searches changed, for people to read.
package struct IngestReport: Sendable, Equatable {
  /// The first postings of a kind, and how many there are.
  package struct List: Sendable, Equatable {
    package var postings: [ReportedPosting]
    package var total: Int

    package init(_ postings: [ReportedPosting] = [], total: Int? = nil) {
      self.postings = postings
      self.total = total ?? postings.count
    }

    /// What stands below a list that does not show everything.
    var remainder: String? {
      total > postings.count ? "and \(total - postings.count) more" : nil
    }
  }

  /// The runs' ids in `sluice.ingest_runs`.
  package var runs: [Int]
  /// What was searched for, by names or queries.
  package var searches: [String]
  package var inserted = 0
  package var updated = 0
  package var unchanged = 0
  package var closed = 0
  package var rejected = 0
  /// Whether every posting of every search was seen.
  package var isComplete = true
  /// Whether a search has more postings than the service gives out.
  package var isTruncated = false
  package var newPostings = List()
  package var changedPostings = List()
  package var closedPostings = List()

  /// Makes a report of runs that changed nothing.
  package init(runs: [Int], searches: [String]) {
    self.runs = runs
    self.searches = searches
  }

  /// Whether there is anything to report.
  package var isChange: Bool { inserted + updated + closed > 0 }
}
