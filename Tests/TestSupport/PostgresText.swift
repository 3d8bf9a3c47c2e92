public import Postgres

extension PostgresConnection {
  /// Copies rows into the server with what the body writes, and says how many.
  public mutating func copyIn(
    _ sql: String, _ body: (inout PostgresConnection) throws -> Void
  ) throws -> Int {
    try beginCopyIn(sql)
    try body(&self)
    return try endCopyIn()
  }

  /// Sends bytes of the COPY that runs.
  public mutating func write(_ bytes: Span<UInt8>) throws { try putCopy(bytes) }

  /// Sends text of the COPY that runs.
  public mutating func write(_ text: String) throws { try putCopy(text.utf8Span.span) }
}

extension PostgresSession {
  /// Keeps settings that no refused login changes.
  public init(_ settings: PostgresSettings) {
    self.init { refusal, _ in
      if let refusal { throw refusal }
      return settings
    }
  }
}
