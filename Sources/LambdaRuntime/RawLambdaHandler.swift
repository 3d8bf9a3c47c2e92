/// A handler that takes the bytes of an event as they came and gives the bytes of the answer.
///
/// For answers that are JSON already, such as one PostgreSQL built: nothing is decoded or encoded.
public protocol RawLambdaHandler: ~Copyable, SendableMetatype {
  /// Handles one invocation.
  ///
  /// The event's bytes are lent for the length of the call; what is to be kept must be copied.
  ///
  /// - Returns: JSON text, sent to the caller untouched.
  /// - Throws: An error that is reported to the caller, as with ``LambdaHandler``.
  mutating func handle(_ event: Span<UInt8>, context: InvocationContext) throws -> [UInt8]
}
