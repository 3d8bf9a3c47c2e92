/// Holds one parameter of a statement.
///
/// All but `bytes` travel as text of no stated type, so the server infers the type from the place
/// where the parameter stands, as it does for a quoted literal.
public enum PostgresValue: Sendable, Equatable {
  /// No value.
  case null
  /// Text, or any type in its textual form.
  case text(String)
  /// A `bytea`.
  case bytes([UInt8])
  /// A whole number.
  case integer(Int64)
  /// A floating-point number.
  case double(Double)
  /// A truth value.
  case bool(Bool)
  /// An array of texts; say `$1::text[]` where the server cannot infer it.
  case textArray([String?])
  /// An array of whole numbers; say `$1::bigint[]` where the server cannot infer it.
  case integerArray([Int64?])
}

extension PostgresValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByBooleanLiteral, ExpressibleByNilLiteral
{
  /// Makes a text.
  public init(stringLiteral value: String) { self = .text(value) }
  /// Makes a whole number.
  public init(integerLiteral value: Int64) { self = .integer(value) }
  /// Makes a truth value.
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  /// Makes a NULL.
  public init(nilLiteral: ()) { self = .null }
}

extension PostgresValue {
  /// Makes a text, or NULL where there is none.
  public static func text(ifPresent value: String?) -> PostgresValue { value.map(text) ?? .null }
  /// Makes a whole number, or NULL where there is none.
  public static func integer(ifPresent value: Int64?) -> PostgresValue {
    value.map(integer) ?? .null
  }
  /// Makes a whole number.
  public static func integer(_ value: Int) -> PostgresValue { .integer(Int64(value)) }
}
