internal import Glibc

/// The variables of the process, or a given set of them in their place.
public struct EnvironmentVariables: Sendable {
  private let given: [String: String]?

  /// Creates a view of the process's own variables.
  ///
  /// Each is looked up when it is requested, because some change while the process lives:
  /// credentials are rotated, and every invocation has its own trace id.
  public init() {
    given = nil
  }

  /// Creates a set of variables apart from the process's own.
  public init(_ values: [String: String]) {
    given = values
  }

  /// The value of a variable; nil when it is not set or empty.
  public subscript(name: String) -> String? {
    let value =
      if let given { given[name] } else {
        unsafe getenv(name).map { unsafe String(cString: $0) }
      }
    return value == "" ? nil : value
  }

  /// Returns the value of a variable that must be set, or throws an error that says what it should
  /// contain.
  ///
  /// What is expected is a noun phrase, such as "the URL of a queue".
  public func require(_ name: String, _ expected: String) throws(SettingError) -> String {
    guard let value = self[name] else { throw SettingError(variable: name, expected: expected) }
    return value
  }
}

/// An error that names a variable and says what it should contain, never what it contains.
public struct SettingError: FunctionError, Equatable {
  /// The name of the variable.
  public let variable: String
  /// What the variable should contain, as a noun phrase.
  public let expected: String

  /// Creates an error about one variable.
  public init(variable: String, expected: String) {
    self.variable = variable
    self.expected = expected
  }

  /// The stable name of a missing or wrong setting.
  public var errorType: String { "InvalidSetting" }

  /// The variable and what it should contain.
  public var message: String { "The variable \(variable) should hold \(expected)." }
}
