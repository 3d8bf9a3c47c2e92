internal import AWS
internal import Backups
internal import CSVLoad
internal import Datasets
internal import JobIngest
internal import LambdaRuntime
internal import Postgres
internal import Tables

/// What a route needs to answer: the Data Package, the settings, the database, S3 and SQS.
///
/// A call is authorized once: its first use of the database checks the session, in the same round
/// trip where it reads, and what follows relies on that.
struct APIServices: ~Copyable {
  let package: DataPackage
  let settings: APISettings
  let backups: BackupSettings
  let variables: EnvironmentVariables
  private var database: Database
  private var s3: S3Client?
  private var sqs: SQSClient?
  /// Who calls, until the database has found the session.
  private var caller = Authorization.nobody
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

  /// Begins a call, and with it forgets the caller of the one before.
  mutating func begin(_ authorization: Authorization) { caller = authorization }

  /// Checks the caller's session in a round trip of its own, unless that has been done.
  mutating func authorize(_ context: InvocationContext) throws {
    guard case .session(let tokenHash, let role) = caller else { return }
    try database.exchange(context: context) { connection, _ in
      _ = try connection.run(
        "SELECT sluice.caller($1, $2)", [.bytes(tokenHash), .text(role.rawValue)])
    }
    caller = .granted
  }

  /// Reads the first row of one statement, in one round trip; nil when there is none.
  mutating func row<R>(
    _ call: APICall, _ sql: String, _ parameters: [PostgresValue] = [],
    _ body: (inout PostgresRow) throws -> R
  ) throws -> R? {
    try read(call, PostgresStatement(sql, parameters)) { result in try result.firstRow(body) }
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
  /// The same transaction, which is read-only, checks the caller's session, limits the time and
  /// switches to the role that only reads; none of the statements runs for a caller who is not
  /// allowed to read. The body gets the index of each statement and its result.
  mutating func read(
    _ call: APICall, _ statements: [PostgresStatement],
    _ body: (Int, borrowing PostgresResult) throws -> Void
  ) throws {
    let caller = caller
    try forgettingTables { services in
      try services.database.exchange(context: call.context) { connection, milliseconds in
        let entrance = Self.entrance(caller, milliseconds)
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
    self.caller = .granted
  }

  /// Lends the rows of a statement batch by batch, in a read-only transaction.
  mutating func stream(
    _ call: APICall, _ statement: PostgresStatement, batch: Int,
    _ body: (borrowing PostgresResult) throws -> Void
  ) throws {
    let caller = caller
    try forgettingTables { services in
      try services.database.write(context: call.context) { connection in
        try connection.transaction(.snapshot) { connection in
          // What is left now; the connection ends the waiting before the invocation does.
          let left = PostgresConnection.timeoutMilliseconds(
            call.context.deadline.remaining - .milliseconds(500))
          let entrance = Self.entrance(caller, left)
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
    self.caller = .granted
  }

  /// Works in one transaction, which is committed when the body returns.
  mutating func write<R>(
    _ call: APICall, _ body: (inout PostgresConnection) throws -> R
  ) throws -> R {
    try work(call) { connection in
      try connection.transaction { connection in try body(&connection) }
    }
  }

  /// Lends the connection in its own role, for what the role that only reads cannot see or do.
  mutating func work<R>(
    _ call: APICall, _ body: (inout PostgresConnection) throws -> R
  ) throws -> R {
    try authorize(call.context)
    return try database.write(context: call.context, body)
  }

  /// Rewrites the reject files of loads whose pending records the call's rows made fail.
  ///
  /// The rows are committed by now, so a file that cannot be written is only logged.
  mutating func rewriteRejects(of loads: [Ledger.Entry], _ call: APICall) throws {
    try withS3 { services, client in
      RejectsFile.rewrite(loads, in: services.package, call.context, &services.database, &client)
    }
  }

  /// Lends the client of S3, made when first needed.
  mutating func withS3<R>(
    _ body: (inout APIServices, inout S3Client) throws -> R
  ) throws -> R {
    let variables = variables
    var client = try s3.take() ?? S3Client(lookup: { variables[$0] })
    let result = Result { try body(&self, &client) }
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

  /// The tables that can be read, as the catalog has them; read again once a statement has found
  /// one changed.
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

  /// Forgets the tables when a statement finds one changed.
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

extension Migration {
  /// The users, sessions, roles and views of `api`.
  static let api = Migration(version: 6, sql: PackageResources._006_api_sql)
  /// Attempts at passwords, and where users have logged in from.
  static let accounts = Migration(version: 7, sql: PackageResources._007_accounts_sql)
  /// The view that loads are read from.
  static let loadReports = Migration(version: 8, sql: PackageResources._008_load_reports_sql)
}
