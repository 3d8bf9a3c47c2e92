/// A port of 127.0.0.1 that is ours as long as this lives, and on which nobody listens yet.
///
/// A port that was merely found free can be anybody's before the server it is meant for has
/// started: the kernel gives it to the next socket that connects or asks for any port.
public final class ReservedPort: Sendable {
  private let socket: LocalSocket

  /// Reserves a port; a server that sets SO_REUSEADDR may listen on it.
  public init() throws {
    socket = try LocalSocket.holdingPort()
  }

  /// The number of the port.
  public var number: UInt16 { socket.port }
}
