/// An event that is not what the handler takes.
///
/// A typed handler's events are decoded by the runtime, which throws this; a raw handler that reads
/// its bytes itself throws it too, so that callers see one name for one fault.
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
