internal import Avro

/// How the values of a column travel between PostgreSQL's binary form and Avro's.
struct ColumnForm: Equatable {
  /// The bytes on PostgreSQL's side.
  enum Wire: Equatable {
    case boolean, int2, int4, int8, float4, float8, bytes, uuid, date, time, timestamp
    /// The text that PostgreSQL writes for a value and reads back as the same.
    case text
  }

  let wire: Wire
  let avro: AvroType
  /// Whether the server turns values into text and back.
  let isCast: Bool

  private init(_ wire: Wire, _ avro: AvroType, isCast: Bool = false) {
    self.wire = wire
    self.avro = avro
    self.isCast = isCast
  }

  /// Values as the server's text, for whatever no type of Avro holds exactly.
  static let text = ColumnForm(.text, .string, isCast: true)

  /// Finds the form of a type, as `format_type` spells it without its modifier; nil for a type that
  /// is not known.
  init?(type: String) {
    switch type {
    case "boolean": self.init(.boolean, .boolean)
    case "smallint": self.init(.int2, .int)
    case "integer": self.init(.int4, .int)
    case "bigint": self.init(.int8, .long)
    case "real": self.init(.float4, .float)
    case "double precision": self.init(.float8, .double)
    case "text", "character varying", "character": self.init(.text, .string)
    case "bytea": self.init(.bytes, .bytes)
    case "uuid": self.init(.uuid, .uuid)
    case "date": self.init(.date, .date)
    case "time without time zone": self.init(.time, .timeMicros)
    case "timestamp with time zone": self.init(.timestamp, .timestampMicros)
    case "timestamp without time zone": self.init(.timestamp, .localTimestampMicros)
    case "numeric", "interval", "json", "jsonb", "point", "time with time zone": self = .text
    default:
      // An array may have several dimensions, any bounds and NULLs, which Avro's have not.
      guard type.hasSuffix("[]"), ColumnForm(type: String(type.dropLast(2))) != nil else {
        return nil
      }
      self = .text
    }
  }

  /// What holds for a value that every reader of Avro's logical type can represent; nil where that
  /// is all there are.
  ///
  /// PostgreSQL has infinite dates, years before 1 and after 9999, and a time of 24:00.
  func isCommon(_ column: String) -> String? {
    switch wire {
    case .date, .timestamp: "\(column) >= '0001-01-01' AND \(column) < '10000-01-01'"
    case .time: "\(column) < '24:00'"
    default: nil
    }
  }
}
