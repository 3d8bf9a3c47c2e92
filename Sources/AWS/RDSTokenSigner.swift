internal import System

/// Makes the tokens that stand for a password where RDS lets IAM decide who may log in.
///
/// A token is a presigned address without its scheme; nothing is sent for it. The form is that of
/// the RDS user guide, "Connecting to your DB instance using IAM authentication".
public struct RDSTokenSigner: ~Copyable {
  /// How long a token is good for; what has logged in with it stays.
  public static let lifetime = Duration.seconds(900)

  private var service: ServiceClient

  /// Makes a signer of the variables that every AWS SDK knows, and `CA_BUNDLE`.
  ///
  /// Credentials are looked up for each token.
  package init(
    lookup: @escaping @Sendable (String) -> String?, clock: (@Sendable () -> Int64)? = nil
  ) throws(AWSError) {
    let settings = try AWSSettings(lookup: lookup)
    service = try ServiceClient(
      "rds-db", region: settings.region, faults: .json, lookup: lookup, clock: clock)
  }

  /// Returns a token for a user of the server at a host and port.
  public mutating func token(
    host: String, port: Int, user: String, timeout: Duration
  ) throws(AWSError) -> String {
    let request = SignableRequest(
      // The scheme's own port is not signed, as in every host header.
      method: "GET", host: port == 443 ? host : "\(host):\(port)", path: "/",
      query: PercentEncoding.query([("Action", "connect"), ("DBUser", user)]))
    let call = ServiceCall(
      operation: "connect", scheme: "https", request: request, isIdempotent: true)
    let address = try service.presignedURL(
      call, expires: Self.lifetime, payloadHash: SignatureV4.payloadHash([]), within: timeout)
    return "\(host):\(port)/\(address.drop { $0 != "?" })"
  }
}
