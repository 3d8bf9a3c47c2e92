/// An HTTP request that came through API Gateway or a Function URL.
///
/// What the client may have spelt wrongly (path, query, body) is read through getters that throw a
/// ``RequestFault``, so that a handler can answer 400 to a request it could otherwise not decode.
public struct APIRequest: Sendable {
  /// The kinds of front door, which want their responses in different forms.
  public enum Shape: Equatable, Sendable {
    /// API Gateway's HTTP API with payload format 2.0.
    case v2
    /// API Gateway's REST API, or an HTTP API with payload format 1.0.
    case v1
    /// A Function URL.
    case functionURL
  }

  /// The kind of front door.
  public let shape: Shape
  /// The method, such as `GET`.
  public let method: String
  /// The stage that was cut off the path, such as `/dev`; empty when there was none.
  ///
  /// A link to another path of the same API begins with it.
  public let stagePrefix: String
  /// The header fields.
  public let headers: HTTPHeaders
  /// The gateway's id for the request.
  public let requestID: String?
  /// The address the call came from, as the gateway saw it.
  public let sourceIP: String?
  /// Whether an authorizer of the gateway let the request through.
  ///
  /// Without an authorizer the gateway lets everyone through, and this is false.
  public let isAuthorized: Bool
  /// The OAuth scopes that the authorizer found in the caller's token.
  public let scopes: [String]

  let pathResult: Result<String, RequestFault>
  let queryResult: Result<[QueryItem], RequestFault>
  let bodyResult: Result<[UInt8], RequestFault>
  let cookiePairs: [String]

  /// The path, decoded, without the stage.
  public var path: String {
    get throws(RequestFault) { try pathResult.get() }
  }

  /// The query's parameters, decoded; a repeated name keeps all its values in their order.
  public var query: [QueryItem] {
    get throws(RequestFault) { try queryResult.get() }
  }

  /// The body, decoded from base64 where the gateway encoded it; no body is an empty one.
  public var body: [UInt8] {
    get throws(RequestFault) { try bodyResult.get() }
  }

  /// The value of a cookie, as it was sent, or nil when there is none of that name.
  public func cookie(_ name: String) -> String? {
    for pair in cookiePairs {
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, parts[0] == name else { continue }
      return String(parts[1])
    }
    return nil
  }
}
