internal import CLibpq

/// Says what the server remarked without failing: a notice, a warning or an information.
public struct PostgresNotice: Sendable {
  /// `WARNING`, `NOTICE`, `INFO`, `LOG` or `DEBUG`, never translated.
  public let severity: String
  /// The server's code.
  public let sqlState: SQLState?
  /// The primary message.
  public let message: String
  /// The server's detail; may hold row values.
  public let detail: String?
  /// The server's hint.
  public let hint: String?
}

/// Carries notices from libpq to a closure; libpq alone would print them to standard error.
final class NoticeReceiver {
  private let onNotice: @Sendable (PostgresNotice) -> Void
  /// How many notices came; a COPY asks whether what it heard was only that.
  private(set) var count = 0

  init(_ onNotice: @escaping @Sendable (PostgresNotice) -> Void) {
    self.onNotice = onNotice
  }

  /// Takes the notices of a connection; the receiver must live as long as the connection.
  func attach(to connection: OpaquePointer) {
    let context = unsafe Unmanaged.passUnretained(self).toOpaque()
    _ = unsafe PQsetNoticeReceiver(
      connection,
      { context, result in
        guard let context = unsafe context, let result = unsafe result else { return }
        unsafe Unmanaged<NoticeReceiver>.fromOpaque(context).takeUnretainedValue().receive(result)
      }, context)
  }

  private func receive(_ result: OpaquePointer) {
    count &+= 1
    unsafe onNotice(
      PostgresNotice(
        severity: Diagnostics.field("V", of: result) ?? "NOTICE",
        sqlState: Diagnostics.field("C", of: result).map(SQLState.init(rawValue:)),
        message: Diagnostics.field("M", of: result)
          ?? Diagnostics.oneLine(String(cString: PQresultErrorMessage(result))),
        detail: Diagnostics.field("D", of: result), hint: Diagnostics.field("H", of: result)))
  }
}
