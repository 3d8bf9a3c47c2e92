/// An error that names a variable and says what it should hold, never what it holds.
public struct SettingError: FunctionError, Equatable {
  /// The name of the variable.
  public let variable: String
  /// What the variable should hold, as a noun phrase.
  public let expected: String

  /// Creates an error about one variable.
  public init(variable: String, expected: String) {
    self.variable = variable
    self.expected = expected
  }

  /// The stable name of a missing or wrong setting.
  public var errorType: String { "InvalidSetting" }

  /// The variable and what it should hold.
  public var message: String { "The variable \(variable) should hold \(expected)." }
}
