internal import HTTP
internal import JSON
internal import System

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

/// Finds the credentials of the moment, as every AWS SDK does in Lambda and in containers.
///
/// The variables are looked up for each call: their values may change while a process lives.
struct CredentialSource: Sendable {
  private let lookup: @Sendable (String) -> String?
  private var cached: Cached?

  private struct Cached: Sendable {
    let credentials: Credentials
    let address: String
    let expiration: Int64
  }

  // A refresh this long before the end leaves time for a service that is slow to answer.
  private static let refreshMargin: Int64 = 300

  init(lookup: @escaping @Sendable (String) -> String?) { self.lookup = lookup }

  /// Forgets what the credentials' service gave, and says whether there was anything.
  mutating func forget() -> Bool {
    defer { cached = nil }
    return cached != nil
  }

  /// Returns the credentials to sign with now.
  mutating func current(
    _ http: inout HTTPClient, now: Int64, within timeout: Duration
  ) throws(AWSError) -> Credentials {
    let key = setting("AWS_ACCESS_KEY_ID")
    let secret = setting("AWS_SECRET_ACCESS_KEY")
    if let key, let secret {
      return Credentials(
        accessKeyID: key, secretAccessKey: secret, sessionToken: setting("AWS_SESSION_TOKEN"))
    }
    if let address = setting("AWS_CONTAINER_CREDENTIALS_FULL_URI") {
      return try container(address, &http, now: now, within: timeout)
    }
    let missing =
      switch (key, secret) {
      case (nil, nil):
        "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set, nor is "
          + "AWS_CONTAINER_CREDENTIALS_FULL_URI"
      case (nil, _): "AWS_ACCESS_KEY_ID is not set, though AWS_SECRET_ACCESS_KEY is"
      default: "AWS_SECRET_ACCESS_KEY is not set, though AWS_ACCESS_KEY_ID is"
      }
    throw failure("MissingCredentials", missing)
  }

  private mutating func container(
    _ address: String, _ http: inout HTTPClient, now: Int64, within timeout: Duration
  ) throws(AWSError) -> Credentials {
    let valid = cached.flatMap { $0.address == address && $0.expiration > now ? $0 : nil }
    if let valid, valid.expiration > now + CredentialSource.refreshMargin {
      return valid.credentials
    }
    do throws(AWSError) {
      let fresh = try fetch(address, &http, within: timeout)
      cached = fresh
      return fresh.credentials
    } catch {
      // What is still valid is better than nothing while the credentials' service is away.
      guard let valid else { throw error }
      return valid.credentials
    }
  }

  private struct Answer: Decodable {
    let AccessKeyId: String
    let SecretAccessKey: String
    let Token: String?
    let Expiration: String?
  }

  private func fetch(
    _ address: String, _ http: inout HTTPClient, within timeout: Duration
  ) throws(AWSError) -> Cached {
    guard CredentialSource.mayBeAsked(address) else {
      throw failure(
        "BadCredentialsAddress",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI must be https, or http to this machine")
    }
    var request = HTTPRequest(url: address, headers: ["Accept": "application/json"])
    if let token = try authorization() { request.headers.append("Authorization", token) }
    let response: HTTPResponse
    do throws(HTTPError) {
      response = try http.send(
        request, timeout: min(timeout, .seconds(5)), retries: .standard, bodyLimit: 64 << 10
      ).successful(request)
    } catch {
      throw failure("CredentialsUnavailable", error.description, cause: error)
    }
    guard let answer = try? JSON.decode(Answer.self, from: response.body) else {
      throw failure(
        "CredentialsUnavailable", "AWS_CONTAINER_CREDENTIALS_FULL_URI answered no credentials")
    }
    return Cached(
      credentials: Credentials(
        accessKeyID: answer.AccessKeyId, secretAccessKey: answer.SecretAccessKey,
        sessionToken: answer.Token),
      address: address, expiration: answer.Expiration.flatMap(unixTime) ?? 0)
  }

  private func authorization() throws(AWSError) -> String? {
    guard let path = setting("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE") else {
      return setting("AWS_CONTAINER_AUTHORIZATION_TOKEN")
    }
    guard let bytes = try? OpenFile(path, for: .reading).contents() else {
      throw failure(
        "CredentialsUnavailable", "the file of AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE is unreadable"
      )
    }
    var token = String(decoding: bytes, as: UTF8.self)
    while token.last?.isNewline ?? false { token.removeLast() }
    return token
  }

  private func setting(_ name: String) -> String? {
    lookup(name).flatMap { $0.isEmpty ? nil : $0 }
  }

  private func failure(_ code: String, _ message: String, cause: HTTPError? = nil) -> AWSError {
    AWSError("aws", "credentials", code: code, message: message, cause: cause)
  }
}

extension CredentialSource {
  /// Says whether credentials may be fetched from an address: in the clear from this machine and
  /// from the addresses that ECS and EKS reserve for it only.
  static func mayBeAsked(_ address: String) -> Bool {
    guard let endpoint = Endpoint(String(address.prefix { $0 != "?" })) else { return false }
    if endpoint.scheme == "https" { return true }
    var host = Substring(endpoint.host)
    if host.hasPrefix("[") {
      host = host.dropFirst().prefix { $0 != "]" }
    } else {
      host = host.prefix { $0 != ":" }
    }
    return ["localhost", "::1", "169.254.170.2", "169.254.170.23", "fd00:ec2::23"].contains(host)
      || isLoopback(host)
  }

  private static func isLoopback(_ host: Substring) -> Bool {
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
  }
}

/// Returns the Unix time of a text such as `2013-05-24T00:00:00Z`, fractions left out.
func unixTime(_ text: String) -> Int64? {
  let numbers = text.split { "-T:.Z".contains($0) }.prefix(6).map { Int($0) ?? -1 }
  guard numbers.count == 6, text.hasSuffix("Z"), numbers.allSatisfy({ $0 >= 0 }),
    let date = CivilDate(numbers[0], numbers[1], numbers[2]), numbers[3] < 24, numbers[4] < 60,
    numbers[5] <= 60
  else { return nil }
  return Int64(date.daysSince1970 * 86_400 + numbers[3] * 3600 + numbers[4] * 60 + numbers[5])
}
