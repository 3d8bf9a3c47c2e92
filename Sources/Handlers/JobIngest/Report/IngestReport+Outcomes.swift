extension IngestReport {
  /// Makes the report of those runs that came to their end, without its lists.
  ///
  /// A run that a later invocation goes on with is reported then, once and whole.
  init(_ outcomes: [SearchOutcome]) {
    let ended = outcomes.filter(\.isOver)
    self.init(runs: ended.map(\.run), searches: ended.map(\.search))
    let counts = ended.reduce(IngestCounts()) { $0 + $1.counts }
    (inserted, updated, closed) = (counts.inserted, counts.updated, counts.closed)
    (unchanged, rejected) = (counts.unchanged, counts.rejected)
    isComplete = ended.allSatisfy { $0.status == .complete }
    isTruncated = ended.contains(where: \.isTruncated)
  }
}
