internal import HTTP
internal import JSON

/// Sends email by SES, one message at a time.
///
/// The API is described in the "Amazon SES API v2 Reference".
public struct SESClient: ~Copyable {
  private let endpoint: Endpoint
  private var service: ServiceClient

  /// Makes a client of the variables that every AWS SDK knows, and `CA_BUNDLE`.
  ///
  /// Nothing is sent, and credentials are looked up for each call.
  public init(lookup: @escaping @Sendable (String) -> String?) throws(AWSError) {
    let settings = try AWSSettings(lookup: lookup)
    service = try ServiceClient(
      "ses", region: settings.region, faults: .json, lookup: lookup, clock: nil)
    endpoint =
      settings.endpoint("SESV2") ?? Endpoint(host: "email.\(settings.region).\(settings.domain)")
  }

  /// Sends a message and returns the identifier that SES gave it.
  ///
  /// It is sent again only when SES cannot have taken it: no connection was made, or the answer
  /// was that there are too many calls. Where the answer is lost or tells of a fault of SES, the
  /// message may be on its way, and a second one would be a nuisance.
  public mutating func send(
    _ message: SESMessage, timeout: Duration
  ) throws(AWSError) -> String {
    let body = try call(
      "SendEmail", "outbound-emails", SendEmail(message), timeout: timeout)
    do throws(JSONError) {
      return try JSON.decode(SentEmail.self, from: body).MessageId
    } catch {
      throw AWSError(
        "ses", "SendEmail", code: "BadResponse",
        message: "the answer is not what the operation promises: \(error)")
    }
  }

  /// Makes an address or a domain one that messages may come from, once its owner has confirmed it.
  public mutating func createIdentity(_ name: String, timeout: Duration) throws(AWSError) {
    _ = try call(
      "CreateEmailIdentity", "identities", EmailIdentityName(EmailIdentity: name),
      timeout: timeout)
  }

  private mutating func call(
    _ operation: String, _ path: String, _ input: some Encodable, timeout: Duration
  ) throws(AWSError) -> [UInt8] {
    let body: [UInt8]
    do throws(JSONError) {
      body = try JSON.encode(input)
    } catch {
      throw AWSError("ses", operation, code: "InvalidInput", message: "\(error)")
    }
    let request = SignableRequest(
      method: "POST", host: endpoint.host, path: "\(endpoint.basePath)/v2/email/\(path)",
      headers: ["Content-Type": "application/json"])
    let call = ServiceCall(
      operation: operation, scheme: endpoint.scheme, request: request, body: body,
      isIdempotent: false)
    return try service.send(call, timeout: timeout).body
  }
}
