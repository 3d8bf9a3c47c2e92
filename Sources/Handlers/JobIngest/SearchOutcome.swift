/// What became of one search, as the answer of `job-ingest` says it.
struct SearchOutcome: Encodable, Sendable {
  let search: String
  let run: Int
  let status: IngestRun.Status
  let reason: String?
  let counts: IngestCounts
  let isTruncated: Bool
  /// Whether the run came to its end, so that no later invocation goes on with it.
  let isOver: Bool

  init(search: String, run: IngestRun, ending: IngestRun.Ending) {
    self.search = search
    self.run = run.id
    status = ending.status
    reason = ending.reason
    counts = run.counts
    isTruncated = run.isTruncated
    isOver = !ending.canGoOn
  }

  init(search: String, alreadyRunning run: Int) {
    self.search = search
    self.run = run
    status = .alreadyRunning
    reason = "another invocation runs this search"
    counts = IngestCounts()
    isTruncated = false
    isOver = false
  }

  private enum CodingKeys: String, CodingKey { case search, run, status, truncated, reason }

  func encode(to encoder: any Encoder) throws {
    var keys = encoder.container(keyedBy: CodingKeys.self)
    try keys.encode(search, forKey: .search)
    try keys.encode(run, forKey: .run)
    try keys.encode(status.rawValue, forKey: .status)
    try counts.encode(to: encoder)
    try keys.encode(isTruncated, forKey: .truncated)
    try keys.encodeIfPresent(reason, forKey: .reason)
  }
}
