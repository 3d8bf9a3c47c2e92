package import LambdaRuntime
internal import Postgres

/// Stops what a process of the server works on, from outside.
package enum BackendCancellation {
  /// Asks the server to stop the process's statement, over a connection of its own.
  ///
  /// - Throws: Why it could not be asked; whether there was anything to stop is not told.
  package static func request(_ backendID: Int, _ variables: EnvironmentVariables) throws {
    let settings = try DatabaseLogin(variables).settings(nil, .seconds(10))
    var connection = try PostgresConnection(settings)
    try connection.run(
      "SELECT pg_cancel_backend($1::integer)", [.integer(Int64(backendID))])
  }
}
