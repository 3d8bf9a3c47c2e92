/// The type of a column, as filters, order and documentation distinguish them.
enum ColumnType: Sendable, Equatable {
  case integer(ClosedRange<Int64>)
  case numeric
  case float
  case text
  case boolean
  case date
  case timestamp
  case time
  case uuid
  case bytes
  case interval
  case json
  case point
  /// An array or an unknown type.
  case other(String)

  /// Makes the type from its name in PostgreSQL's `format_type`.
  init(_ name: String) {
    switch name {
    case "smallint": self = .integer(Int64(Int16.min)...Int64(Int16.max))
    case "integer": self = .integer(Int64(Int32.min)...Int64(Int32.max))
    case "bigint": self = .integer(Int64.min...Int64.max)
    case "double precision": self = .float
    case "text", "name": self = .text
    case "boolean": self = .boolean
    case "date": self = .date
    case "timestamp with time zone": self = .timestamp
    case "time without time zone": self = .time
    case "uuid": self = .uuid
    case "bytea": self = .bytes
    case "interval": self = .interval
    case "jsonb", "json": self = .json
    case "point": self = .point
    default:
      self =
        name.hasPrefix("numeric")
        ? .numeric
        : name.hasPrefix("character varying") && !name.hasSuffix("[]") ? .text : .other(name)
    }
  }

  /// The type in a cast.
  var sql: String {
    switch self {
    case .integer(let range):
      range.upperBound > Int64(Int32.max)
        ? "bigint" : range.upperBound > Int64(Int16.max) ? "integer" : "smallint"
    case .numeric: "numeric"
    case .float: "double precision"
    case .text: "text"
    case .boolean: "boolean"
    case .date: "date"
    case .timestamp: "timestamptz"
    case .time: "time"
    case .uuid: "uuid"
    case .bytes: "bytea"
    case .interval: "interval"
    case .json: "jsonb"
    case .point: "point"
    case .other(let name): name
    }
  }

  /// Whether rows can be sorted and filtered by it.
  var isOrdered: Bool {
    switch self {
    case .json, .point, .other: false
    default: true
    }
  }

  /// How its values look in JSON, for messages.
  var expectation: String {
    switch self {
    case .integer(let range): "an integer from \(range.lowerBound) to \(range.upperBound)"
    case .numeric, .float: "a number"
    case .text: "text"
    case .boolean: "true or false"
    case .date: "a date as 2026-01-31"
    case .timestamp: "a time as 2026-01-31T12:00:00Z"
    case .time: "a time of day as 12:00:00"
    case .uuid: "a UUID"
    case .bytes: "bytes as \\x and hexadecimal digits"
    case .interval: "a duration as P1DT2H"
    case .json: "JSON"
    case .point: "a point as (1,2)"
    case .other(let name): "a value of the type \(name)"
    }
  }
}
