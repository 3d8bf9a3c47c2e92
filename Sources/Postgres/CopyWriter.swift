/// Sends the rows of one COPY; the connection is inside it meanwhile, so nothing else can use it.
public struct CopyWriter: ~Copyable {
  var connection: PostgresConnection

  init(_ connection: consuming PostgresConnection) {
    self.connection = connection
  }

  /// Sends bytes in the COPY's format; row boundaries need not fall on call boundaries.
  ///
  /// Blocks while the server is not reading.
  public mutating func write(_ bytes: Span<UInt8>) throws(PostgresError) {
    try connection.putCopy(bytes)
  }

  /// Sends text in the COPY's format.
  public mutating func write(_ text: String) throws(PostgresError) {
    try connection.putCopy(text.utf8Span.span)
  }
}
