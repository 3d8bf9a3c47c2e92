/// Holds where calls to AWS go.
public struct AWSSettings: Sendable {
  /// The region, such as `eu-central-1`.
  public let region: String
  private let endpoints: [String: Endpoint]

  /// Reads `AWS_REGION` (or `AWS_DEFAULT_REGION`), `AWS_ENDPOINT_URL` and its forms for single
  /// services.
  public init(lookup: (String) -> String?) throws(AWSError) {
    // A variable that is set to nothing is not set, as in every AWS SDK.
    func setting(_ name: String) -> String? { lookup(name).flatMap { $0.isEmpty ? nil : $0 } }
    guard let region = setting("AWS_REGION") ?? setting("AWS_DEFAULT_REGION") else {
      throw AWSError(
        "aws", "settings", code: "MissingRegion",
        message: "AWS_REGION is not set: give a region such as us-east-1")
    }
    // The region becomes part of host names.
    guard region.utf8.allSatisfy({ isHostByte($0) }) else {
      throw AWSError(
        "aws", "settings", code: "BadRegion",
        message: "AWS_REGION holds no region: give one such as us-east-1")
    }
    self.region = region
    var endpoints: [String: Endpoint] = [:]
    for service in ["S3", "SQS", "SECRETS_MANAGER", "SESV2"] {
      let names = ["AWS_ENDPOINT_URL_\(service)", "AWS_ENDPOINT_URL"]
      guard let name = names.first(where: { setting($0) != nil }),
        let text = setting(name)
      else { continue }
      guard let endpoint = Endpoint(text) else {
        throw AWSError(
          "aws", "settings", code: "BadEndpoint",
          message: "\(name) holds no address: give one such as http://127.0.0.1:5000")
      }
      endpoints[service] = endpoint
    }
    self.endpoints = endpoints
  }

  /// Returns the address that a variable sets for a service, by the variable's suffix.
  func endpoint(_ service: String) -> Endpoint? { endpoints[service] }

  /// The domain under which the region's services have their names.
  var domain: String { region.hasPrefix("cn-") ? "amazonaws.com.cn" : "amazonaws.com" }
}

/// Holds the parts of a service's address.
struct Endpoint: Sendable, Equatable {
  let scheme: String
  /// The host as requests name it: with its port unless that is the scheme's own.
  let host: String
  /// What stands before every path; empty or a path without a slash at its end.
  let basePath: String

  /// Makes the address of one of AWS's own hosts.
  init(host: String) {
    scheme = "https"
    self.host = host
    basePath = ""
  }

  /// Takes an address apart; none when it is not one of http or https, or has a user or a query.
  init?(_ text: String) {
    let text = Substring(text)
    guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && !"@?#%".utf8.contains($0) }) else {
      return nil
    }
    let isSecure = text.hasPrefix("https://")
    guard isSecure || text.hasPrefix("http://") else { return nil }
    scheme = isSecure ? "https" : "http"
    let rest = text.dropFirst(isSecure ? 8 : 7)
    var host = rest.prefix { $0 != "/" }
    if host.hasSuffix(isSecure ? ":443" : ":80") { host = host.prefix { $0 != ":" } }
    guard !host.isEmpty else { return nil }
    self.host = host.lowercased()
    var path = rest.drop { $0 != "/" }
    while path.hasSuffix("/") { path.removeLast() }
    basePath = String(path)
  }
}

/// Says whether a byte may stand in a label of a host name.
func isHostByte(_ byte: UInt8) -> Bool {
  switch byte {
  case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
    UInt8(ascii: "-"):
    true
  default: false
  }
}
