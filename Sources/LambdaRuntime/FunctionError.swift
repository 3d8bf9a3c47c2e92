/// An error that can be shown to the caller of the function.
public protocol FunctionError: Error {
  /// The stable name that callers and alarms can rely on: `BadCsv` is reported as `Function.BadCsv`.
  ///
  /// The service accepts only letters, the first a capital; other characters are left out.
  var errorType: String { get }

  /// What went wrong, in words that contain no secret and no row's values.
  var message: String { get }
}

/// An event that the handler cannot read.
///
/// The runtime throws it when it cannot decode a typed handler's event; a raw handler that reads the
/// bytes itself throws it too, so that callers see one name for one fault.
public struct InvalidEvent: FunctionError {
  private let explanation: String

  /// Creates an error from what was expected where, without values of the event.
  public init(_ explanation: String) {
    self.explanation = explanation
  }

  /// The stable name of an event that cannot be read.
  public var errorType: String { "InvalidEvent" }
  /// What was expected where.
  public var message: String { "The event cannot be read: \(explanation)." }
}
