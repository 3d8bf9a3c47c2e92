extension Problem {
  /// Stable names that clients can branch on.
  enum Code: String, CaseIterable, Sendable {
    case badRequest = "bad-request"
    case badCursor = "bad-cursor"
    case unauthorized
    case forbidden
    case unknownRoute = "unknown-route"
    case unknownTable = "unknown-table"
    case notFound = "not-found"
    case methodNotAllowed = "method-not-allowed"
    case notAcceptable = "not-acceptable"
    case conflict
    case notConfigured = "not-configured"
    case tooLarge = "too-large"
    case unsupportedMediaType = "unsupported-media-type"
    case invalidRows = "invalid-rows"
    case unsupportedColumn = "unsupported-column"
    case noKey = "no-key"
    case rowTooLarge = "row-too-large"
    case schemaMismatch = "schema-mismatch"
    case stillReferenced = "still-referenced"
    case noParent = "no-parent"
    case objectDamaged = "object-damaged"
    case tooManyAttempts = "too-many-attempts"
    case databaseRefused = "database-refused"
    case serviceRefused = "service-refused"
    case tableMismatch = "table-mismatch"
    case databaseUnavailable = "database-unavailable"
    case tooBusy = "too-busy"
    case tooSlow = "too-slow"

    var status: Int {
      switch self {
      case .badRequest, .badCursor: 400
      case .unauthorized: 401
      case .forbidden: 403
      case .unknownRoute, .unknownTable, .notFound: 404
      case .methodNotAllowed: 405
      case .notAcceptable: 406
      case .conflict, .notConfigured, .unsupportedColumn, .noKey, .rowTooLarge, .stillReferenced,
        .noParent, .objectDamaged:
        409
      case .tooLarge: 413
      case .unsupportedMediaType: 415
      case .invalidRows, .schemaMismatch: 422
      case .tooManyAttempts: 429
      case .databaseRefused: 500
      case .serviceRefused: 502
      case .tableMismatch, .databaseUnavailable, .tooBusy: 503
      case .tooSlow: 504
      }
    }

    var title: String {
      switch self {
      case .badRequest: "The request is not understood"
      case .badCursor: "The cursor does not belong to this request"
      case .unauthorized: "The request is not authorized"
      case .forbidden: "The caller may not do this"
      case .unknownRoute: "There is no such route"
      case .unknownTable: "There is no such table"
      case .notFound: "There is no such thing"
      case .methodNotAllowed: "The route does not take this method"
      case .notAcceptable: "The route cannot answer in this form"
      case .conflict: "The rows stand in the way of others"
      case .notConfigured: "The API is not set up for this"
      case .tooLarge: "The request or its answer is too large"
      case .unsupportedMediaType: "The route does not take a body of this type"
      case .invalidRows: "The body has faults"
      case .unsupportedColumn: "The table has a column that no backup keeps"
      case .noKey: "The table has no primary key"
      case .rowTooLarge: "A row is too large for a backup"
      case .schemaMismatch: "The backup does not fit the table"
      case .stillReferenced: "Other rows refer to rows that would go"
      case .noParent: "Rows refer to rows that are not there"
      case .objectDamaged: "The backup is not what was written"
      case .tooManyAttempts: "There were too many attempts"
      case .databaseRefused: "The database refused the query"
      case .serviceRefused: "A service behind the API refused"
      case .tableMismatch: "A table does not follow the Data Package"
      case .databaseUnavailable: "The database cannot be reached"
      case .tooBusy: "The database is too busy"
      case .tooSlow: "The query took too long"
      }
    }
  }
}
