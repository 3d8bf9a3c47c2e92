internal import System

/// Describes one HTTP request.
public struct HTTPRequest: Sendable {
  /// The method, in capitals.
  public var method: String
  /// The address, sent as it stands: the caller has percent-encoded it.
  public var url: String
  /// The fields sent besides `Host` and `Content-Length`; without one of ours, `User-Agent` is
  /// `sluice`.
  public var headers: HTTPFields
  /// The body; none and an empty one both send no bytes.
  public var body: [UInt8]?

  /// Makes a request.
  public init(
    method: String = "GET", url: String, headers: HTTPFields = [:], body: [UInt8]? = nil
  ) {
    self.method = method
    self.url = url
    self.headers = headers
    self.body = body
  }

  /// Whether the method promises that sending it twice does no more than sending it once.
  ///
  /// Only such requests are ever sent again.
  var isIdempotent: Bool { ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"].contains(method) }
}

extension HTTPRequest {
  /// The part of the address that is safe to show: no user, and no query, since that may hold a
  /// signature.
  var target: String {
    let place = url.prefix { $0 != "?" && $0 != "#" }
    guard let sign = authority.lastIndex(of: "@") else { return "\(method) \(place)" }
    return "\(method) \(place[place.index(after: sign)...])"
  }

  /// What stands between the scheme and the path; empty when there is nothing.
  private var authority: Substring {
    let isSecure = url.hasPrefix("https://")
    return url.dropFirst(isSecure ? 8 : 7).prefix { $0 != "/" && $0 != "?" && $0 != "#" }
  }

  /// The host of the address, without brackets or port; empty when there is none.
  var host: Substring {
    let authority = authority
    if authority.hasPrefix("[") { return authority.dropFirst().prefix { $0 != "]" } }
    return authority.prefix { $0 != ":" }
  }

  /// Refuses what could not be sent as one well-formed request.
  func check() throws(HTTPError) {
    guard url.hasPrefix("https://") || url.hasPrefix("http://") else {
      throw HTTPError(.invalidRequest, "the address must begin with https:// or http://", self)
    }
    guard !host.isEmpty, !authority.contains("@") else {
      throw HTTPError(.invalidRequest, "the address must name a host and no user", self)
    }
    guard url.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
      throw HTTPError(.invalidRequest, "the address must be percent-encoded", self)
    }
    guard !method.isEmpty, method.utf8.allSatisfy(isTokenByte) else {
      throw HTTPError(.invalidRequest, "the method is not a word", self)
    }
    for field in headers.fields {
      guard !field.name.isEmpty, field.name.utf8.allSatisfy(isTokenByte) else {
        throw HTTPError(.invalidRequest, "a header name is not a word", self)
      }
      guard field.value.utf8.allSatisfy({ $0 == 0x09 || ($0 >= 0x20 && $0 != 0x7F) }) else {
        throw HTTPError(
          .invalidRequest, "the value of \(field.name) holds a control character", self)
      }
    }
  }
}

/// Says whether a byte may stand in a method or header name (RFC 9110, `tchar`).
private func isTokenByte(_ byte: UInt8) -> Bool {
  byte.isASCIIAlphanumeric || "!#$%&'*+-.^_`|~".utf8.contains(byte)
}
