internal import AWS
internal import Backups
internal import CSVLoad
internal import Datasets
internal import JobIngest
internal import LambdaRuntime
internal import Postgres
internal import Tables

/// What a route's answer may use: the package, the settings and the database.
struct APIServices: ~Copyable {
  let package: DataPackage
  let settings: APISettings
  let backups: BackupSettings
  let variables: EnvironmentVariables
  private var database: Database
  var s3: S3Client?
  var sqs: SQSClient?
  private var knownTables: [TableShape]?
  private var knownSeal: CursorSeal?

  init(variables: EnvironmentVariables) throws {
    let package = try DataPackage(variables: variables)
    let settings = try APISettings(variables)
    let backups = try BackupSettings(bucket: settings.bucket, variables: variables)
    database = try Database(
      variables: variables, package: package,
      migrations: [.jobIngest, .backups, .api, .accounts, .loadReports])
    self.settings = settings
    self.backups = backups
    self.package = package
    self.variables = variables
  }

  /// Reads by one statement, in one round trip.
  mutating func read<R>(
    _ call: APICall, _ statement: PostgresStatement,
    _ body: (borrowing PostgresResult) throws -> R
  ) throws -> R {
    var value: R?
    try read(call, [statement]) { _, result in value = try body(result) }
    guard let value else { throw PostgresError(.conversation, "the server answered nothing") }
    return value
  }

  /// Reads by several statements that see one moment, in one round trip.
  ///
  /// The caller's session is judged, the time limited and the role lowered in the same transaction,
  /// which can write nothing; for a caller who may not read, none of the statements is run. The body
  /// is called with the place of each statement and its result.
  mutating func read(
    _ call: APICall, _ statements: [PostgresStatement],
    _ body: (Int, borrowing PostgresResult) throws -> Void
  ) throws {
    try forgettingTables { services in
      try services.database.exchange(context: call.context) { connection, milliseconds in
        let entrance = Self.entrance(call.authorization, milliseconds)
        let kind = statements.count > 1 ? " ISOLATION LEVEL REPEATABLE READ" : ""
        var all =
          [PostgresStatement("BEGIN READ ONLY" + kind), entrance] + statements
          + [PostgresStatement("COMMIT")]
        // Parsing and planning cost the server more than most answers do.
        for index in all.indices { all[index].isPrepared = true }
        try connection.pipeline(all) { index, result in
          guard index > 1, index < statements.count + 2 else { return }
          try body(index - 2, result)
        }
      }
    }
  }

  /// Lends each batch of rows of a statement in turn, in a transaction that can write nothing.
  mutating func stream(
    _ call: APICall, _ statement: PostgresStatement, batch: Int,
    _ body: (borrowing PostgresResult) throws -> Void
  ) throws {
    try forgettingTables { services in
      try services.database.write(context: call.context) { connection in
        try connection.transaction(.snapshot) { connection in
          // What is left now; the connection ends the waiting before the invocation does.
          let left = PostgresConnection.timeoutMilliseconds(
            call.context.deadline.remaining - .milliseconds(500))
          let entrance = Self.entrance(call.authorization, left)
          try connection.run(entrance.sql, entrance.parameters)
          try connection.run(
            "DECLARE rows NO SCROLL CURSOR FOR " + statement.sql, statement.parameters)
          var isOver = false
          while !isOver {
            try connection.query("FETCH \(batch) FROM rows") { result in
              isOver = result.rowCount < batch
              try body(result)
            }
          }
        }
      }
    }
  }

  /// Works in one transaction of the caller's, which is committed when the body returns.
  mutating func write<R>(
    _ call: APICall, _ body: (inout PostgresConnection) throws -> R
  ) throws -> R {
    try database.write(context: call.context) { connection in
      try connection.transaction { connection in try body(&connection) }
    }
  }

  /// Writes the files of rejects anew of loads whose waiting records the call's rows refused.
  ///
  /// The rows stand by now: a file that cannot be written is told in the log.
  mutating func rewriteRejects(of loads: [Ledger.Entry], _ call: APICall) throws {
    let variables = variables
    var client = try s3.take() ?? S3Client(lookup: { variables[$0] })
    RejectsFile.rewrite(loads, in: package, call.context, &database, &client)
    s3 = consume client
  }

  /// Lends the connection in its own role, for what the role that only reads tables cannot see; the
  /// route has to be one that is authorized first.
  mutating func work<R>(
    _ call: APICall, _ body: (inout PostgresConnection) throws -> R
  ) throws -> R {
    try database.write(context: call.context, body)
  }

  /// Checks the session of a caller, in a round trip of its own.
  mutating func authorize(_ authorization: Authorization, _ context: InvocationContext) throws {
    guard case .session(let tokenHash, let role) = authorization else { return }
    try database.exchange(context: context) { connection, _ in
      _ = try connection.run(
        "SELECT sluice.caller($1, $2)", [.bytes(tokenHash), .text(role.rawValue)])
    }
  }

  /// The tables that may be read, as the catalog has them; looked at again after a table was found
  /// to have changed.
  mutating func tables(_ call: APICall) throws -> [TableShape] {
    if let knownTables { return knownTables }
    let package = package
    let tables = try read(call, TableShape.statement(package)) { result in
      try TableShape.shapes(package, result)
    }
    knownTables = tables
    return tables
  }

  /// The table that a route's path names.
  mutating func table(_ call: APICall) throws -> TableShape {
    let name = try call.arguments.required("table")
    let tables = try tables(call)
    let dataset = package.dataset(named: name)?.table
    guard let table = tables.first(where: { $0.name == dataset ?? name }) else {
      throw Problem(
        .unknownTable, "There is no table \"\(name)\".",
        hint: "The tables are \(tables.map(\.name).joined(separator: ", ")).")
    }
    return table
  }

  /// What signs the cursors; the secret is the database's, so that every worker takes them.
  mutating func cursorSeal(_ call: APICall) throws -> CursorSeal {
    if let knownSeal { return knownSeal }
    let key = try database.write(context: call.context) { connection in
      try connection.row("SELECT key FROM sluice.cursor_key", results: .binary) { row in
        try row.body()
      }
    }
    let seal = CursorSeal(key: key)
    knownSeal = seal
    return seal
  }

  /// Looks at the tables anew next time when a statement found one changed.
  private mutating func forgettingTables<R>(
    _ body: (inout APIServices) throws -> R
  ) throws -> R {
    do {
      return try body(&self)
    } catch let error as PostgresError {
      if error.sqlState == .undefinedColumn || error.sqlState == .undefinedTable {
        knownTables = nil
      }
      throw error
    }
  }

  private static func entrance(
    _ authorization: Authorization, _ milliseconds: Int
  ) -> PostgresStatement {
    let limit = PostgresValue.text(String(milliseconds))
    switch authorization {
    case .granted:
      return PostgresStatement("SELECT sluice.enter_reading(NULL, NULL, $1)", [limit])
    case .session(let tokenHash, let role):
      return PostgresStatement(
        "SELECT sluice.enter_reading($2, $3, $1)",
        [limit, .bytes(tokenHash), .text(role.rawValue)])
    }
  }
}

extension APIServices {
  /// Lends the client of S3, made when first needed.
  mutating func withS3<R>(_ body: (inout S3Client) throws -> R) throws -> R {
    let variables = variables
    var client = try s3.take() ?? S3Client(lookup: { variables[$0] })
    let result = Result { try body(&client) }
    s3 = consume client
    return try result.get()
  }

  /// Lends the connection, for work with transactions of its own, and the client of S3.
  mutating func workWithS3<R>(
    _ call: APICall, _ body: (inout PostgresConnection, inout S3Client) throws -> R
  ) throws -> R {
    let variables = variables
    var client = try s3.take() ?? S3Client(lookup: { variables[$0] })
    let result = Result { try work(call) { connection in try body(&connection, &client) } }
    s3 = consume client
    return try result.get()
  }

  /// Lends the client of SQS, made when first needed.
  mutating func withSQS<R>(_ body: (inout SQSClient) throws -> R) throws -> R {
    let variables = variables
    var client = try sqs.take() ?? SQSClient(lookup: { variables[$0] })
    let result = Result { try body(&client) }
    sqs = consume client
    return try result.get()
  }
}

extension Migration {
  /// The users, sessions, roles and views of `api`.
  static let api = Migration(version: 6, sql: PackageResources._006_api_sql)
  /// Attempts at passwords, and where users have logged in from.
  static let accounts = Migration(version: 7, sql: PackageResources._007_accounts_sql)
  /// The view that loads are read from.
  static let loadReports = Migration(version: 8, sql: PackageResources._008_load_reports_sql)
}
