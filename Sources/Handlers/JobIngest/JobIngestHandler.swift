internal import Datasets
public import LambdaEvents
public import LambdaRuntime
internal import Postgres

/// The handler `job-ingest`: runs searches on a schedule and keeps their postings up to date.
public struct JobIngestHandler: LambdaHandler, ~Copyable {
  /// Called after each page.
  package var onProgress: (IngestProgress) -> Void

  private let saved: SavedSearches
  private var ingestion: Ingestion
  private var mailer: ReportMailer?

  /// Makes the handler from the process's variables.
  ///
  /// - Throws: An error that names the variable, or the place in the Data Package or the saved
  ///   searches, at fault.
  public init(variables: EnvironmentVariables) throws {
    let saved = try SavedSearches(variables: variables)
    let mailer = try ReportMailer(variables: variables)
    let ingestion = try Ingestion(
      variables: variables, package: try DataPackage(variables: variables))
    self.saved = saved
    self.mailer = mailer
    self.ingestion = ingestion
    onProgress = { _ in }
  }

  /// Runs the searches that the event asks for, one after another.
  ///
  /// - Throws: An error if the database cannot be used or the service rejected a search, so that the
  ///   invocation fails visibly: nobody reads the output of a schedule.
  public mutating func handle(
    _ event: ScheduledEvent<IngestRequest>, context: InvocationContext
  ) throws -> IngestAnswer {
    var outcomes: [SearchOutcome] = []
    do {
      for search in try event.input.searches(saved) {
        let outcome = try ingestion.run(search, context: context, onProgress: onProgress)
        log(outcome, context)
        outcomes.append(outcome)
      }
    } catch {
      // No later invocation would report what the earlier searches changed.
      _ = report(outcomes, context)
      throw error
    }
    let report = report(outcomes, context)
    if let failed = outcomes.first(where: { $0.status == .failed }) {
      throw IngestFault(.searchFailed, "\(failed.search): \(failed.reason ?? "")")
    }
    return IngestAnswer(searches: outcomes, report: report)
  }

  /// Reports the runs that ended.
  private mutating func report(
    _ outcomes: [SearchOutcome], _ context: InvocationContext
  ) -> ReportMailer.Outcome? {
    mailer?.deliver(IngestReport(outcomes), from: &ingestion.database, context: context)
  }

  private func log(_ outcome: SearchOutcome, _ context: InvocationContext) {
    let counts = outcome.counts
    let isFine = outcome.status == .complete || outcome.status == .alreadyRunning
    context.log.record(
      isFine ? .info : .warn, "Search \(outcome.status.rawValue)",
      [
        "search": .string(outcome.search), "run": .integer(outcome.run),
        "found": .integer(counts.found), "inserted": .integer(counts.inserted),
        "updated": .integer(counts.updated), "unchanged": .integer(counts.unchanged),
        "closed": .integer(counts.closed), "rejected": .integer(counts.rejected),
        "skipped": .integer(counts.skipped), "reason": .string(outcome.reason ?? ""),
      ])
    context.log.metrics(
      namespace: "Sluice", dimensions: ["FunctionName": context.functionName],
      values: [
        Metric("PostingsFound", Double(counts.found)),
        Metric("PostingsChanged", Double(counts.inserted + counts.updated)),
        Metric("PostingsClosed", Double(counts.closed)),
        Metric("PostingsRejected", Double(counts.rejected)),
      ])
  }
}

/// Why postings were not ingested; written pages stay, and the next run continues after them.
package struct IngestFault: FunctionError {
  enum Code: String, Sendable {
    case databaseUnavailable = "DatabaseUnavailable"
    case databaseRefused = "DatabaseRefused"
    case tableMismatch = "TableMismatch"
    case searchFailed = "SearchFailed"
  }

  let code: Code
  /// What happened, without any value of a posting.
  package let message: String
  /// The stable name of the error.
  package var errorType: String { code.rawValue }

  init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  init(_ error: PostgresError) {
    if error.isTimeout || error.isConnectionLoss || error.isTransient {
      self.init(.databaseUnavailable, "the database is away: \(error)")
    } else {
      self.init(.databaseRefused, "the database refused the postings: \(error)")
    }
  }
}
