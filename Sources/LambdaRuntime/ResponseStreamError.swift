/// Why a streamed answer cannot go on.
public enum ResponseStreamError: FunctionError, Equatable {
  /// The status, headers or content type were set after the first piece was sent.
  case alreadyBegun
  /// Nobody takes the answer any more.
  case callerGone

  /// The stable name of the error.
  public var errorType: String {
    switch self {
    case .alreadyBegun: "ResponseAlreadyBegun"
    case .callerGone: "CallerGone"
    }
  }

  /// What went wrong, in words.
  public var message: String {
    switch self {
    case .alreadyBegun: "The head of the response was set after its first piece was sent."
    case .callerGone: "Nobody takes the response any more."
    }
  }
}
