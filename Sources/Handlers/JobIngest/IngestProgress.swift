/// How far a run has come.
public struct IngestProgress: Sendable {
  /// The search's name, or its query.
  public let search: String
  /// Postings that were seen.
  public let seen: Int
  /// Postings that the search has in all, as the service says.
  public let found: Int
  /// Postings that are new.
  public let inserted: Int
  /// Postings that changed.
  public let updated: Int
  /// Postings that are as they were.
  public let unchanged: Int
  /// Postings that could not be read.
  public let rejected: Int

  init(_ run: IngestRun) {
    search = run.searchKey
    seen = run.counts.found
    found = run.total
    (inserted, updated) = (run.counts.inserted, run.counts.updated)
    (unchanged, rejected) = (run.counts.unchanged, run.counts.rejected)
  }
}
