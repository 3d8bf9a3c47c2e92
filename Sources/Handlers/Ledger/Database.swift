internal import LambdaRuntime
internal import Postgres

/// The database of one worker: a connection made when first needed, whose tables stand.
struct Database: ~Copyable {
  /// What an invocation keeps back from its time to report that the database was too slow.
  private static let margin = Duration.milliseconds(500)

  private let schema: DatabaseSchema
  private var session: PostgresSession
  private var isPrepared = false

  /// Makes a database whose tables are the ledger's, the package's and those of `migrations`.
  init(
    variables: EnvironmentVariables, package: DataPackage, migrations: [Migration] = []
  ) throws {
    schema = DatabaseSchema(migrations: [.ledger] + migrations, package: package)
    session = PostgresSession(try Self.settings(variables)) { notice in
      Log.process.debug("PostgreSQL says", ["notice": .string("\(notice)")])
    }
  }

  /// Reads where the database is; a setting at fault is an init error.
  private static func settings(
    _ variables: EnvironmentVariables
  ) throws(SettingError) -> PostgresSettings {
    do {
      return try PostgresSettings(lookup: { variables[$0] })
    } catch {
      throw SettingError(
        variable: "DATABASE_URL", expected: "the address of the database (\(error.message))")
    }
  }

  /// Lends the connection for reading, which may be tried again on a new one.
  mutating func read<R>(
    context: InvocationContext, _ body: (inout PostgresConnection) throws -> R
  ) throws -> R {
    try lend(context, onLoss: .runAgain, body)
  }

  /// Lends the connection for work that is never repeated here.
  mutating func write<R>(
    context: InvocationContext, _ body: (inout PostgresConnection) throws -> R
  ) throws -> R {
    try lend(context, onLoss: .fail, body)
  }

  /// Gives the next statements what is left of the invocation, less the margin.
  static func limit(
    _ connection: inout PostgresConnection, _ context: InvocationContext
  ) throws(PostgresError) {
    try connection.setStatementTimeout(context.deadline.remaining - margin)
  }

  private mutating func lend<R>(
    _ context: InvocationContext, onLoss policy: PostgresSession.LossPolicy,
    _ body: (inout PostgresConnection) throws -> R
  ) throws -> R {
    let schema = schema
    var prepared = isPrepared
    defer { isPrepared = prepared }
    return try session.withConnection(onLoss: policy) { connection in
      try Self.limit(&connection, context)
      if !prepared {
        try schema.prepare(&connection)
        prepared = true
      }
      return try body(&connection)
    }
  }
}
