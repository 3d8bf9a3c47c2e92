/// A handler that takes a decoded event and returns a value that is encoded as the JSON response.
///
/// Each worker makes one when the environment starts and keeps it as long as the environment lives,
/// so what it opens (a database connection, an HTTPS client) serves every invocation.
public protocol LambdaHandler: ~Copyable, SendableMetatype {
  /// The event of an invocation.
  associatedtype Event: Decodable
  /// The response to an invocation.
  associatedtype Output: Encodable

  /// Handles one invocation.
  ///
  /// - Throws: An error that is reported to the caller: a ``FunctionError`` by its own name and
  ///   message, any other without revealing what it holds.
  mutating func handle(_ event: Event, context: InvocationContext) throws -> Output
}

/// A handler that takes the bytes of an event as received and returns the bytes of the response.
///
/// For responses that are JSON already, such as one built by PostgreSQL: nothing is decoded or
/// encoded.
public protocol RawLambdaHandler: ~Copyable, SendableMetatype {
  /// Handles one invocation.
  ///
  /// The event's bytes are lent for the length of the call; copy what you want to keep.
  ///
  /// - Returns: JSON text, sent to the caller untouched.
  /// - Throws: An error that is reported to the caller, as with ``LambdaHandler``.
  mutating func handle(_ event: Span<UInt8>, context: InvocationContext) throws -> [UInt8]
}

/// A handler that sends its response piece by piece, beyond the 6 MB limit of a buffered one.
///
/// The caller receives the pieces as they are sent only through a Function URL or a REST API in
/// response-streaming mode; elsewhere the service collects them first.
public protocol StreamingLambdaHandler: ~Copyable, SendableMetatype {
  /// The event of an invocation.
  associatedtype Event: Decodable

  /// Handles one invocation.
  ///
  /// - Throws: An error that is reported to the caller: in full if nothing has been sent yet,
  ///   otherwise as the end of the stream.
  mutating func handle(
    _ event: Event, context: InvocationContext, response: inout ResponseStream
  ) throws
}
