public import LambdaEvents

/// What the handler `api` is invoked with: an HTTP call from a front door, or a change of users.
public enum APIEvent: Decodable {
  /// An HTTP call.
  case call(APIRequest)
  /// A change of users, by a direct invocation.
  case users(UserChange)

  /// Tells the two apart: every front door writes a `requestContext`, and no member `users`.
  public init(from decoder: any Decoder) throws {
    if let event = try? decoder.container(keyedBy: UserChange.Keys.self),
      event.contains(.users), !event.contains(.requestContext)
    {
      self = .users(try UserChange(from: decoder))
    } else {
      self = .call(try APIRequest(from: decoder))
    }
  }
}
