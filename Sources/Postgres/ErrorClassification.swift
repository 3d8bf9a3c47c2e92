extension PostgresError {
  /// Whether the session is gone, so that only a new connection helps.
  public var isConnectionLoss: Bool {
    switch code {
    case .connection, .timeout, .commitOutcomeUnknown: return true
    default: break
    }
    guard let sqlState else { return false }
    return sqlState.classCode == "08" || Self.shutdowns.contains(sqlState)
  }

  /// Whether the server takes only reads, as a former primary does after a failover.
  public var isReadOnly: Bool { sqlState == .readOnlySQLTransaction }

  /// Whether the same work may well succeed when it is done again a little later.
  public var isTransient: Bool {
    guard let sqlState else {
      // Without a word from the server there was no server: it may come back.
      return isConnectionLoss
    }
    return isConflict || isReadOnly || Self.shutdowns.contains(sqlState)
      || sqlState.classCode == "08" || sqlState.classCode == "53"
  }

  /// Whether the server did not accept the user's credentials.
  ///
  /// A wrong password has a code of its own; what IAM refuses is told as the other one.
  public var isLoginRefused: Bool {
    sqlState == .invalidPassword || sqlState == .invalidAuthorizationSpecification
  }

  /// Whether the server is there and takes no session now, but will before long.
  public var isBusy: Bool { sqlState == .tooManyConnections || sqlState == .cannotConnectNow }

  /// Whether the transaction lost against another one and was rolled back for certain.
  public var isConflict: Bool {
    switch sqlState {
    case .serializationFailure, .deadlockDetected, .lockNotAvailable: true
    default: false
    }
  }

  /// Whether time ran out: the server's statement timeout, a cancellation, or our own guard.
  public var isTimeout: Bool { code == .timeout || sqlState == .queryCanceled }

  private static let shutdowns: Set<SQLState> = [.adminShutdown, .crashShutdown, .cannotConnectNow]
}
