internal import System

/// What can go wrong between the runtime and the Runtime API, below the meaning of any reply.
enum TransportError: Error, Equatable, CustomStringConvertible {
  /// The connection could not be made.
  case unreachable(Int32)
  /// The name before the port is unknown to the resolver.
  case unknownHost
  /// The connection ended before the reply did.
  case closed
  /// The system refused to send or receive.
  case failed(Int32)
  /// The reply is not HTTP, or is larger than anything the Runtime API sends.
  case malformed(String)
  /// The environment is being shut down.
  case stopped

  var description: String {
    switch self {
    case .unreachable(let code): "no connection could be made (\(SystemError(code: code)))"
    case .unknownHost: "the host name cannot be resolved"
    case .closed: "the connection was closed before the reply was complete"
    case .failed(let code): "the connection failed (\(SystemError(code: code)))"
    case .malformed(let what): "the reply is not valid: \(what)"
    case .stopped: "the environment is being shut down"
    }
  }
}
