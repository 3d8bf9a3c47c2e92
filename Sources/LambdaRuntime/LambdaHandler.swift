/// A handler that takes a decoded event and gives a value that becomes the JSON answer.
///
/// One is made for each worker when the environment starts and lives as long as the environment,
/// so what it opens (a database connection, an HTTPS client) is kept from invocation to invocation.
public protocol LambdaHandler: ~Copyable, SendableMetatype {
  /// What an invocation brings.
  associatedtype Event: Decodable
  /// What an invocation answers.
  associatedtype Output: Encodable

  /// Handles one invocation.
  ///
  /// - Throws: An error that is reported to the caller: a ``FunctionError`` by its own name and
  ///   message, any other without telling what it holds.
  mutating func handle(_ event: Event, context: InvocationContext) throws -> Output
}
