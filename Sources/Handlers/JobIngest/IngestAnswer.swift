/// The output of `job-ingest`: the totals of its searches, and each search.
public struct IngestAnswer: Encodable, Sendable {
  let searches: [SearchOutcome]
  /// The outcome of the report by email; nil if there was nothing to send.
  let report: ReportMailer.Outcome?

  /// The worst status of the searches; `already-running` only if all were.
  var status: IngestRun.Status {
    let statuses = searches.map(\.status)
    if statuses.contains(.failed) { return .failed }
    if statuses.contains(.partial) { return .partial }
    return statuses.allSatisfy { $0 == .alreadyRunning } ? .alreadyRunning : .complete
  }

  private enum CodingKeys: String, CodingKey { case run, status, truncated, report, searches }

  /// Encodes the answer with the counts beside the status.
  public func encode(to encoder: any Encoder) throws {
    var keys = encoder.container(keyedBy: CodingKeys.self)
    try keys.encode(searches.first?.run, forKey: .run)
    try keys.encode(status.rawValue, forKey: .status)
    try searches.reduce(IngestCounts()) { $0 + $1.counts }.encode(to: encoder)
    try keys.encode(searches.contains(where: \.isTruncated), forKey: .truncated)
    try keys.encodeIfPresent(report, forKey: .report)
    try keys.encode(searches, forKey: .searches)
  }
}

/// The outcome of one search in the output of `job-ingest`.
struct SearchOutcome: Encodable, Sendable {
  let search: String
  let run: Int
  let ending: IngestRun.Ending
  var counts = IngestCounts()
  var isTruncated = false

  init(search: String, run: IngestRun, ending: IngestRun.Ending) {
    (self.search, self.run, self.ending) = (search, run.id, ending)
    (counts, isTruncated) = (run.counts, run.isTruncated)
  }

  init(search: String, alreadyRunning run: Int) {
    (self.search, self.run) = (search, run)
    ending = IngestRun.Ending(
      status: .alreadyRunning, reason: "another invocation runs this search", canGoOn: true)
  }

  var status: IngestRun.Status { ending.status }
  var reason: String? { ending.reason }
  /// Whether the run ended, so that no later invocation resumes it.
  var isOver: Bool { !ending.canGoOn }

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
