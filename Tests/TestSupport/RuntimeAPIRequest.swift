/// A request as the stub received it.
public struct RuntimeAPIRequest: Sendable {
  /// The method.
  public let method: String
  /// The path.
  public let path: String
  /// The headers in order, names in lower case.
  public let headers: [(name: String, value: String)]
  /// The body, chunks joined.
  public internal(set) var body: [UInt8] = []
  /// The sizes of the chunks, if it came in chunks.
  public internal(set) var chunks: [Int] = []
  /// The trailers in order, names in lower case.
  public internal(set) var trailers: [(name: String, value: String)] = []
  /// Whether the body came to its end.
  public internal(set) var isComplete = false

  /// The body as text.
  public var text: String { String(decoding: body, as: UTF8.self) }

  /// The first header of that lower-case name.
  public func header(_ name: String) -> String? {
    headers.first { $0.name == name }?.value
  }

  /// The first trailer of that lower-case name.
  public func trailer(_ name: String) -> String? {
    trailers.first { $0.name == name }?.value
  }
}
