/// A value in a log record, written as a literal or by its case.
public enum LogValue: Sendable, Equatable {
  /// Text.
  case string(String)
  /// A number without a fraction.
  case integer(Int64)
  /// Any other number.
  case number(Double)
  /// True or false.
  case bool(Bool)

  /// Wraps a number without a fraction.
  public static func integer(_ value: Int) -> LogValue {
    .integer(Int64(value))
  }
}

extension LogValue: ExpressibleByStringInterpolation {
  /// Creates text from a literal.
  public init(stringLiteral value: String) {
    self = .string(value)
  }
}

extension LogValue: ExpressibleByIntegerLiteral {
  /// Creates a number from a literal.
  public init(integerLiteral value: Int64) {
    self = .integer(value)
  }
}

extension LogValue: ExpressibleByFloatLiteral {
  /// Creates a number from a literal.
  public init(floatLiteral value: Double) {
    self = .number(value)
  }
}

extension LogValue: ExpressibleByBooleanLiteral {
  /// Creates a truth value from a literal.
  public init(booleanLiteral value: Bool) {
    self = .bool(value)
  }
}
