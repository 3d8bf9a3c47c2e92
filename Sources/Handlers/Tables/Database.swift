package import Datasets
package import LambdaRuntime
package import Postgres

/// The database of one worker: a connection made when first needed, whose tables stand.
package struct Database: ~Copyable {
  /// What an invocation keeps back from its time to report that the database was too slow.
  package static let margin = Duration.milliseconds(500)

  /// The longest that a caller who waits for an answer waits for a connection.
  private static let readPatience = Duration.seconds(5)
  /// The longest that a load or an ingestion waits for one.
  private static let writePatience = Duration.seconds(20)

  private let schema: DatabaseSchema
  private let login: DatabaseLogin
  private var session: PostgresSession
  private var isPrepared = false
  /// Whether the server keeps statements that come again; not behind a pooler that gives each
  /// transaction another server.
  private var keepsStatements = true

  /// Makes a database whose tables are the ledger's, the package's and those of `migrations`; without
  /// a package, the datasets' tables are left as they are.
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

  /// Lends the connection for reading, which may be tried again on a new one.
  package mutating func read<R>(
    context: InvocationContext, _ body: (inout PostgresConnection) throws -> R
  ) throws -> R {
    try lend(context, onLoss: .runAgain, Self.readPatience, body)
  }

  /// Lends the connection for work that is never repeated here.
  package mutating func write<R>(
    context: InvocationContext, _ body: (inout PostgresConnection) throws -> R
  ) throws -> R {
    try lend(context, onLoss: .fail, Self.writePatience, body)
  }

  /// Lends the connection for one exchange that limits its own statements; it may be tried again on
  /// a new connection.
  ///
  /// The body is told how many milliseconds the server has to answer in; what is not answered by
  /// then is given up with its session.
  package mutating func exchange<R>(
    context: InvocationContext,
    _ body: (inout PostgresConnection, _ milliseconds: Int) throws -> R
  ) throws -> R {
    do {
      return try exchangeOnce(context: context, body)
    } catch let error as PostgresError where keepsStatements && error.isAboutPreparing {
      keepsStatements = false
      return try exchangeOnce(context: context, body)
    }
  }

  private mutating func exchangeOnce<R>(
    context: InvocationContext,
    _ body: (inout PostgresConnection, _ milliseconds: Int) throws -> R
  ) throws -> R {
    let keepsStatements = keepsStatements
    return try lend(
      context, onLoss: .runAgain, Self.readPatience, limitsOnServer: false
    ) { connection in
      connection.preparesStatements = keepsStatements
      let left = context.deadline.remaining - Self.margin
      connection.setClientTimeLeft(left)
      return try body(&connection, PostgresConnection.timeoutMilliseconds(left))
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
      // Somebody may have dropped or changed a table: next time all of them are looked at again.
      // What a caller sent, and who it was, tells nothing of them.
      let isOfTheCall = ["22", "SL"].contains(error.sqlState?.classCode ?? "")
      if error.code == .server, !error.isTransient, !error.isTimeout, !isOfTheCall {
        prepared = false
      }
      throw login.explained(error)
    }
  }
}

extension PostgresError {
  /// Whether the statement would have run, had it not been prepared before.
  fileprivate var isAboutPreparing: Bool {
    let states: [SQLState] = [
      .invalidStatementName, .duplicatePreparedStatement, .featureNotSupported,
    ]
    return sqlState.map(states.contains) ?? false
  }
}

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
