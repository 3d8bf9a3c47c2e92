/// A handler that sends its answer piece by piece, beyond the 6 MB that fit a buffered one.
///
/// The caller gets the pieces as they are sent only through a Function URL or a REST API in
/// response-streaming mode; elsewhere the service collects them first.
public protocol StreamingLambdaHandler: ~Copyable, SendableMetatype {
  /// What an invocation brings.
  associatedtype Event: Decodable

  /// Handles one invocation.
  ///
  /// - Throws: An error that is reported to the caller: in full when nothing was sent yet,
  ///   otherwise as the end of the stream.
  mutating func handle(
    _ event: Event, context: InvocationContext, response: inout ResponseStream
  ) throws
}
