/// The types of a row's values: primitive types, and logical types over them.
///
/// The types are those of <https://avro.apache.org/docs/1.11.1/specification/>.
public enum AvroType: Sendable, Equatable, CaseIterable {
  /// One of two truth values.
  case boolean
  /// A whole number of 32 bits.
  case int
  /// A whole number of 64 bits.
  case long
  /// A floating-point number of 32 bits.
  case float
  /// A floating-point number of 64 bits.
  case double
  /// Text in UTF-8.
  case string
  /// Bytes of any value.
  case bytes
  /// A UUID in its usual form.
  case uuid
  /// Days since 1970-01-01.
  case date
  /// Microseconds since midnight.
  case timeMicros
  /// Microseconds since 1970-01-01T00:00:00Z.
  case timestampMicros
  /// Microseconds since 1970-01-01T00:00:00 in whatever zone is meant.
  case localTimestampMicros

  /// The primitive type that holds the values.
  public var primitive: String {
    switch self {
    case .boolean: "boolean"
    case .int, .date: "int"
    case .long, .timeMicros, .timestampMicros, .localTimestampMicros: "long"
    case .float: "float"
    case .double: "double"
    case .string, .uuid: "string"
    case .bytes: "bytes"
    }
  }

  /// The name of the logical type; nil for a primitive one.
  public var logical: String? {
    switch self {
    case .uuid: "uuid"
    case .date: "date"
    case .timeMicros: "time-micros"
    case .timestampMicros: "timestamp-micros"
    case .localTimestampMicros: "local-timestamp-micros"
    case .boolean, .int, .long, .float, .double, .string, .bytes: nil
    }
  }

  /// Finds the type of these names; an unknown logical type is ignored, as the specification says.
  init?(primitive: String, logical: String?) {
    let all = Self.allCases.filter { $0.primitive == primitive }
    guard let type = all.first(where: { $0.logical == logical }) ?? all.first else { return nil }
    self = type
  }
}
