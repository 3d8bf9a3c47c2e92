internal import Datasets
internal import LambdaRuntime
internal import Postgres
internal import Tables

extension Ledger {
  /// Writes a failed load into the ledger, so that it can be found and replayed.
  ///
  /// - Throws: ``LoadFault`` that tells of both failures, when it could not be written.
  static func recordFailure(
    _ report: LoadReport, _ version: Version, dataset: Dataset?, _ context: InvocationContext,
    _ database: inout Database
  ) throws(LoadFault) -> Int {
    do {
      return try database.write(context: context) { connection in
        try recordFailure(
          report, version, dataset: dataset, requestID: context.requestID, &connection)
      }
    } catch {
      let obstacle =
        (error as? PostgresError).map { LoadFault($0) }
        ?? LoadFault(.databaseUnavailable, "\(error)", isRetriable: true)
      throw LoadFault(
        obstacle.code,
        "\(report.reason ?? "the load failed"); that could not be recorded: \(obstacle.message)",
        isRetriable: true)
    }
  }
}
