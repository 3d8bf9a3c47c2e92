internal import Glibc

/// The variables of the process, or a given set of them in their place.
public struct EnvironmentVariables: Sendable {
  private enum Source {
    case process
    case given([String: String])
  }

  private let source: Source

  /// Creates a view of the process's own variables.
  ///
  /// Each is looked up when it is asked for, because some change while the process lives:
  /// credentials are rotated, the trace id is another with each invocation.
  public init() {
    source = .process
  }

  /// Creates a set of variables apart from the process's own.
  public init(_ values: [String: String]) {
    source = .given(values)
  }

  /// The value of a variable; nil when it is not set or empty.
  public subscript(name: String) -> String? {
    let value =
      switch source {
      case .process: unsafe getenv(name).map { unsafe String(cString: $0) }
      case .given(let values): values[name]
      }
    return value == "" ? nil : value
  }

  /// Gives the value of a variable that must be set, or throws what it should hold.
  ///
  /// What is expected is a noun phrase, such as "the URL of a queue".
  public func require(_ name: String, _ expected: String) throws(SettingError) -> String {
    guard let value = self[name] else { throw SettingError(variable: name, expected: expected) }
    return value
  }
}
