package import Datasets
package import LambdaRuntime
package import Postgres

/// The database of one worker: a connection made when first needed, with its tables up to date.
package struct Database: ~Copyable {
  /// The time an invocation reserves to report that the database was too slow.
  package static let margin = Duration.milliseconds(500)

  /// The longest wait for a connection while a caller is waiting for an answer.
  private static let readPatience = Duration.seconds(5)
  /// The longest wait for a connection of a load or an ingestion.
  private static let writePatience = Duration.seconds(20)

  private let schema: DatabaseSchema
  private let login: DatabaseLogin
  private var session: PostgresSession
  private var isPrepared = false
  /// Whether the server keeps prepared statements; it does not behind a pooler that gives each
  /// transaction another server.
  private var keepsStatements = true

  /// Makes a database with the tables of the ledger, the package and `migrations`; without a
  /// package, the datasets' tables are left as they are.
  package init(
    variables: EnvironmentVariables, package: DataPackage?, migrations: [Migration] = []
  ) throws {
    schema = DatabaseSchema(
      migrations: Migration.ledger + migrations, datasets: package?.datasets ?? [])
    let login = try DatabaseLogin(variables)
    session = PostgresSession(
      onNotice: { notice in
        Log.process.debug("PostgreSQL says", ["notice": .string("\(notice)")])
      }, settings: login.settings)
    self.login = login
  }

  /// Lends the connection for reading, which may be retried on a new one.
  package mutating func read<R>(
    context: InvocationContext, _ body: (inout PostgresConnection) throws -> R
  ) throws -> R {
    try lend(context, onLoss: .runAgain, Self.readPatience, body)
  }

  /// Lends the connection for work that is never retried here.
  package mutating func write<R>(
    context: InvocationContext, _ body: (inout PostgresConnection) throws -> R
  ) throws -> R {
    try lend(context, onLoss: .fail, Self.writePatience, body)
  }

  /// Lends the connection for one exchange that limits its own statements; it may be retried on a
  /// new connection.
  ///
  /// The body receives the milliseconds in which the server has to answer; after that, the session
  /// is given up.
  package mutating func exchange<R>(
    context: InvocationContext,
    _ body: (inout PostgresConnection, _ milliseconds: Int) throws -> R
  ) throws -> R {
    while true {
      let keepsStatements = keepsStatements
      do {
        return try lend(
          context, onLoss: .runAgain, Self.readPatience, limitsOnServer: false
        ) { connection in
          connection.preparesStatements = keepsStatements
          let left = context.deadline.remaining - Self.margin
          connection.setClientTimeLeft(left)
          return try body(&connection, PostgresConnection.timeoutMilliseconds(left))
        }
      } catch let error as PostgresError where keepsStatements && error.isAboutPreparing {
        self.keepsStatements = false
      }
    }
  }

  private mutating func lend<R>(
    _ context: InvocationContext, onLoss policy: PostgresSession.LossPolicy,
    _ patience: Duration, limitsOnServer: Bool = true,
    _ body: (inout PostgresConnection) throws -> R
  ) throws -> R {
    let schema = schema
    var prepared = isPrepared
    defer { isPrepared = prepared }
    do {
      return try session.withConnection(
        onLoss: policy, patience: min(patience, context.deadline.remaining - Self.margin)
      ) { connection in
        if limitsOnServer || !prepared {
          connection.setTimeLeft(context.deadline.remaining - Self.margin)
        }
        if !prepared {
          try schema.prepare(&connection)
          prepared = true
        }
        return try body(&connection)
      }
    } catch let error as PostgresError {
      // Someone may have dropped or altered a table, so all of them are checked again next time.
      // Errors about a caller's values or identity say nothing about the tables.
      let isOfTheCall = ["22", "SL"].contains(error.sqlState?.classCode ?? "")
      if error.code == .server, !error.isTransient, !error.isTimeout, !isOfTheCall {
        prepared = false
      }
      throw login.explained(error)
    }
  }
}

extension PostgresError {
  /// Whether the statement failed only because it had been prepared before.
  fileprivate var isAboutPreparing: Bool {
    let states: [SQLState] = [
      .invalidStatementName, .duplicatePreparedStatement, .featureNotSupported,
    ]
    return sqlState.map(states.contains) ?? false
  }
}

/// Cancels the statement of another server process.
package enum BackendCancellation {
  /// Asks the server to cancel the process's statement, over a connection of its own.
  ///
  /// - Throws: Why it could not ask; whether there was anything to cancel is not reported.
  package static func request(_ backendID: Int, _ variables: EnvironmentVariables) throws {
    let settings = try DatabaseLogin(variables).settings(nil, .seconds(10))
    var connection = try PostgresConnection(settings)
    try connection.run(
      "SELECT pg_cancel_backend($1::integer)", [.integer(Int64(backendID))])
  }
}
