internal import Datasets
internal import LambdaRuntime
internal import Postgres
internal import Tables

/// Runs searches: reads page after page from USAJOBS and writes it to the database.
struct Ingestion: ~Copyable {
  var database: Database
  var client: SearchClient
  var reader: SearchPageReader

  init(variables: EnvironmentVariables, package: DataPackage) throws {
    // Everything that can throw comes first: a noncopyable value cannot be left half initialized.
    let client = try SearchClient(try SearchSettings(variables: variables))
    let database = try Database(
      variables: variables, package: package, migrations: [.jobIngest])
    self.client = client
    self.database = database
    reader = SearchPageReader()
  }

  /// Runs a search until it ends or the time runs out.
  ///
  /// - Throws: An ``IngestFault`` if the database cannot be used; the run can be resumed.
  mutating func run(
    _ search: JobSearch, context: InvocationContext, onProgress: (IngestProgress) -> Void
  ) throws(IngestFault) -> SearchOutcome {
    do {
      let claim = try database.write(context: context) { connection in
        try RunLedger.claim(
          (search.key, search.query), requestID: context.requestID, lease: Self.lease(context),
          pageSize: SearchPageSize.first.count, &connection)
      }
      switch claim {
      case .alreadyRunning(let id): return SearchOutcome(search: search.key, alreadyRunning: id)
      case .run(let run): return try finish(run, search, context, onProgress)
      }
    } catch let error as PostgresError {
      throw IngestFault(error)
    } catch let fault as DataPackageFault {
      throw IngestFault(.tableMismatch, fault.message)
    } catch {
      throw IngestFault(.databaseRefused, "\(error)")
    }
  }

  private mutating func finish(
    _ run: IngestRun, _ search: JobSearch, _ context: InvocationContext,
    _ onProgress: (IngestProgress) -> Void
  ) throws -> SearchOutcome {
    var run = run
    do {
      let ending = try walk(&run, search, context, onProgress)
      let isWhole = ending.status == .complete && !run.isTruncated
      let last = run
      run.counts = try database.write(context: context) { connection in
        try connection.transaction(attempts: 3) { connection in
          var counts = IngestCounts()
          if isWhole {
            counts.closed = try PostingStore.closeUnseen(
              by: last, isByAge: search.isByAge, &connection)
          }
          return try RunLedger.finish(last, adding: counts, ending, &connection)
        }
      }
      return SearchOutcome(search: search.key, run: run, ending: ending)
    } catch is RunTakenOverFault {
      return SearchOutcome(search: search.key, alreadyRunning: run.id)
    }
  }

  /// How long a run remains ours without renewal: as long as the invocation can last.
  static func lease(_ context: InvocationContext) -> Duration {
    min(context.deadline.remaining + .seconds(1), .seconds(900))
  }
}

/// The progress of a run.
package struct IngestProgress: Sendable {
  /// The search's name, or its query.
  package let search: String
  /// How many postings the search has, according to the service.
  package let total: Int
  /// What the run has done so far.
  package let counts: IngestCounts
}
