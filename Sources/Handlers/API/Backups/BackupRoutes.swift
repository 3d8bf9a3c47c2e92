internal import Backups
internal import Datasets
internal import JSON
internal import JobIngest
internal import LambdaEvents
internal import Postgres
internal import Tables

/// `POST /tables/{table}/backup`, `GET /backups` and `POST /tables/{table}/restore`.
enum BackupRoutes {
  static let routes = [
    Route(
      method: "POST", path: "/tables/{table}/backup", id: "backUpTable", group: .backups,
      summary: "Back a table up",
      about: """
        Writes all rows of the table, as one moment has them, to an Avro object container file in \
        the first bucket of SLUICE_BUCKETS. Backups beyond BACKUP_RETENTION are removed then.
        """,
      role: .admin, parameters: [TableList.name],
      success: .json(.object(shared + [created]), status: 201, "The backup."),
      problems: [
        .unknownTable, .unsupportedColumn, .noKey, .rowTooLarge, .notConfigured, .serviceRefused,
      ], answer: backUp),
    Route(
      method: "GET", path: "/backups", id: "listBackups", group: .backups,
      summary: "Backups, the newest first", role: .admin, isAuthorizedFirst: true,
      parameters: [
        .query("table", .text(longest: 128), "Only backups of that table."),
        .query("limit", .integer(1...1000), default: "100", "How many at most."),
      ],
      success: .json(
        .array(
          .object(
            shared + [
              created, .required("schema_fingerprint", .string()),
              .required("restored_at", .nullable(.string(format: "date-time"))),
            ])), "The backups, each with when it was restored last."),
      answer: list),
    Route(
      method: "POST", path: "/tables/{table}/restore", id: "restoreTable", group: .backups,
      summary: "Restore a table",
      about: """
        Makes the rows of the table those of a backup, the newest unless the body names another, in \
        one transaction. A backup whose columns are not the table's is refused.
        """,
      role: .admin, parameters: [TableList.name],
      body: .json(
        .object([.optional("backup", .integer(1...Int.max))]), isRequired: false),
      success: .json(
        .object([
          .required("id", .integer(1...Int.max)), .required("table", .string()),
          .required("rows", count), .required("deleted", count), .required("inserted", count),
        ]), "The backup that was restored, and the rows that had to go and to come for it."),
      problems: [
        .unknownTable, .notFound, .schemaMismatch, .stillReferenced, .noParent, .objectDamaged,
        .unsupportedColumn, .noKey, .unsupportedMediaType, .serviceRefused,
      ],
      answer: restore),
  ]

  private static let count = Schema.integer(0...Int.max)
  private static let created = Schema.Property.required("created_at", .string(format: "date-time"))
  private static let shared: [Schema.Property] = [
    .required("id", .integer(1...Int.max)), .required("table", .string()),
    .required("rows", count), .required("bytes", count), .required("bucket", .string()),
    .required("key", .string()),
  ]

  @Sendable private static func backUp(
    _ call: APICall, _ services: inout APIServices
  ) throws -> APIAnswer {
    let report = try explained {
      let backup = Backup(
        table: try table(call, services), settings: services.backups, context: call.context)
      return try services.workWithS3(call) { connection, s3 in try backup.run(&connection, &s3) }
    }
    var json = JSONWriter()
    json.beginObject()
    json.member("id", report.id)
    json.member("table", report.table)
    json.member("rows", report.rows)
    json.member("bytes", report.bytes)
    json.member("bucket", report.bucket)
    json.member("key", report.key)
    json.member("created_at", report.createdAt)
    json.endObject()
    return .json(json.bytes, status: 201)
  }

  @Sendable private static func restore(
    _ call: APICall, _ services: inout APIServices
  ) throws -> APIAnswer {
    let isNamed = try !call.request.body.isEmpty
    let backup =
      isNamed
      ? try BodyObject(call, required: [], optional: ["backup"]).integer("backup", 1...Int.max)
      : nil
    let report = try explained {
      let restore = Restore(
        table: try table(call, services), backup: backup, context: call.context)
      return try services.workWithS3(call) { connection, s3 in try restore.run(&connection, &s3) }
    }
    var json = JSONWriter()
    json.beginObject()
    json.member("id", report.id)
    json.member("table", report.table)
    json.member("rows", report.rows)
    json.member("deleted", report.deleted)
    json.member("inserted", report.inserted)
    json.endObject()
    return .json(json.bytes)
  }

  @Sendable private static func list(
    _ call: APICall, _ services: inout APIServices
  ) throws -> APIAnswer {
    let name = call.arguments["table"]
    let table = name.map { services.package.dataset(named: $0)?.table ?? $0 }
    let body = try services.work(call) { connection in
      try connection.row(
        """
        SELECT coalesce(json_agg(json_build_object('id', id, 'table', table_name, 'rows', rows,
          'bytes', bytes, 'bucket', bucket, 'key', key, 'created_at', created_at,
          'schema_fingerprint', schema_fingerprint, 'restored_at', (SELECT max(restored_at)
            FROM sluice.restores r WHERE r.backup = b.id)) ORDER BY id DESC), '[]')
        FROM (SELECT * FROM sluice.backups WHERE finished_at IS NOT NULL
          AND ($1::text IS NULL OR table_name = $1) ORDER BY id DESC LIMIT $2) b
        """, [.text(ifPresent: table), .integer(call.arguments.integer("limit") ?? 100)]
      ) { row in try row.body() }
    }
    return .json(body)
  }

  private static func table(
    _ call: APICall, _ services: borrowing APIServices
  ) throws -> PublicTable {
    try .backedUp(
      try call.arguments.required("table"), services.package, and: PublicTable.jobIngest)
  }

  private static func explained<R>(_ body: () throws -> R) throws -> R {
    do { return try body() } catch let fault as BackupFault {
      throw Problem(fault)
    }
  }
}

extension Problem {
  /// The problem that a backup's or a restore's fault is told as.
  init(_ fault: BackupFault) {
    let code: Code =
      switch fault.code {
      case .unknownTable: .unknownTable
      case .noBucket: .notConfigured
      case .noBackup: .notFound
      case .unsupportedColumn: .unsupportedColumn
      case .noKey: .noKey
      case .rowTooLarge: .rowTooLarge
      case .schemaMismatch: .schemaMismatch
      case .stillReferenced: .stillReferenced
      case .noParent: .noParent
      case .objectDamaged: .objectDamaged
      case .objectUnavailable: .serviceRefused
      case .databaseRefused: .databaseRefused
      case .outOfTime: .tooSlow
      }
    self.init(code, "\(fault.message).")
  }
}
