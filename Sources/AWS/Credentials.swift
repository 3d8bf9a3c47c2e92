/// Holds the key that signs requests.
///
/// Neither printing nor dumping one shows the secret or the token.
public struct Credentials: Sendable {
  /// The identifier of the key, which requests carry in the clear.
  public let accessKeyID: String
  let secretAccessKey: String
  let sessionToken: String?

  /// Makes credentials of a key and, for temporary ones, a session token.
  public init(accessKeyID: String, secretAccessKey: String, sessionToken: String? = nil) {
    self.accessKeyID = accessKeyID
    self.secretAccessKey = secretAccessKey
    self.sessionToken = sessionToken
  }
}

extension Credentials: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// The identifier of the key alone.
  public var description: String { "Credentials(\(accessKeyID))" }
  /// The identifier of the key alone.
  public var debugDescription: String { description }
  /// The identifier of the key alone.
  public var customMirror: Mirror {
    Mirror(self, children: ["accessKeyID": accessKeyID], displayStyle: .struct)
  }
}
