/// The name `_HANDLER` selects a handler by.
public struct HandlerName: Hashable, Sendable, ExpressibleByStringLiteral {
  /// The name as it stands in `_HANDLER`.
  public let rawValue: String

  /// Creates a name from text made at run time.
  public init(_ rawValue: String) {
    self.rawValue = rawValue
  }

  /// Creates a name from a literal.
  public init(stringLiteral value: String) {
    self.init(value)
  }
}

extension HandlerName: CustomStringConvertible {
  /// The name itself.
  public var description: String { rawValue }
}
