internal import LambdaRuntime
internal import Postgres

/// Why postings were not ingested; what was written stays, and the next run goes on.
package struct IngestFault: FunctionError {
  enum Code: String, Sendable {
    case databaseUnavailable = "DatabaseUnavailable"
    case databaseRefused = "DatabaseRefused"
    case tableMismatch = "TableMismatch"
    case searchFailed = "SearchFailed"
  }

  let code: Code
  let message: String

  var errorType: String { code.rawValue }

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
