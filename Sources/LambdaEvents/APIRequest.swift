internal import System

/// An HTTP request that came through API Gateway or a Function URL.
///
/// The parts that a client can get wrong (path, query, body) are read through getters that throw a
/// ``RequestFault``, so that a handler can respond with 400 to a request it cannot decode.
public struct APIRequest: Sendable {
  /// The kinds of front door, each with its own format of responses.
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
  public var isAuthorized: Bool { authorizer.isPresent }
  /// The OAuth scopes that the authorizer found in the caller's token.
  public var scopes: [String] { authorizer.scopes }

  let pathResult: Result<String, RequestFault>
  let queryResult: Result<[QueryItem], RequestFault>
  let bodyResult: Result<[UInt8], RequestFault>
  let cookiePairs: [String]
  let authorizer: Authorizer

  /// The path, decoded, without the stage.
  public var path: String {
    get throws(RequestFault) { try pathResult.get() }
  }

  /// The query's parameters, decoded; a repeated name keeps all its values in their order.
  public var query: [QueryItem] {
    get throws(RequestFault) { try queryResult.get() }
  }

  /// The body, decoded from base64 if the gateway encoded it; empty if there is none.
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

/// One `name=value` of a query string, decoded.
public struct QueryItem: Equatable, Sendable {
  /// The name before the first `=`.
  public let name: String
  /// The value; a name that stands alone has an empty one.
  public let value: String

  /// Splits a query string and decodes each part, `+` as a space, in the order they came.
  package static func items(of rawQuery: String) throws(RequestFault) -> [QueryItem] {
    var items: [QueryItem] = []
    var start = 0
    for pair in rawQuery.utf8.split(separator: UInt8(ascii: "&"), omittingEmptySubsequences: false)
    {
      defer { start += pair.count + 1 }
      guard !pair.isEmpty else { continue }
      let name = pair.prefix { $0 != UInt8(ascii: "=") }
      let value = pair.dropFirst(name.count + 1)
      items.append(
        QueryItem(
          name: try decode(name, startingAt: start),
          value: try decode(value, startingAt: start + name.count + 1)))
    }
    return items
  }

  private static func decode(
    _ encoded: Substring.UTF8View, startingAt start: Int
  ) throws(RequestFault) -> String {
    do {
      return try PercentEncoding.decode(encoded, plus: .isSpace)
    } catch {
      throw RequestFault(.query, error, startingAt: start)
    }
  }
}

/// The header fields of a request, found by name in any case.
public struct HTTPHeaders: Sendable {
  private var fields: [String: [String]] = [:]

  init() {}

  init(_ values: [(name: String, value: String)]) {
    for (name, value) in values { fields[Self.folded(name), default: []].append(value) }
  }

  /// The value of a field; repeated ones are joined by commas, and absent is nil.
  public subscript(name: String) -> String? {
    let values = values(name)
    return values.isEmpty ? nil : values.joined(separator: ", ")
  }

  /// The values of a field as they came, one for each time it was sent.
  ///
  /// Gateways other than REST join repeated fields by commas before the function sees them.
  public func values(_ name: String) -> [String] {
    fields[Self.folded(name)] ?? []
  }

  static func folded(_ name: String) -> String {
    guard name.utf8.contains(where: { $0 != $0.lowercasedASCII }) else { return name }
    return String(decoding: name.utf8.map(\.lowercasedASCII), as: UTF8.self)
  }
}

/// A part of a request that cannot be read; respond with status 400.
public struct RequestFault: Error, Equatable, Sendable {
  /// The parts that arrive encoded.
  public enum Part: String, Sendable {
    /// The path of the URL.
    case path
    /// The query of the URL.
    case query = "query string"
    /// The body.
    case body
  }

  /// The part that cannot be read.
  public let part: Part
  /// What is wrong with it, as a sentence that can be shown to the caller and contains no value.
  public let message: String

  init(_ part: Part, _ fault: PercentEncoding.Fault, startingAt start: Int = 0) {
    self.part = part
    message =
      switch fault {
      case .badEscape(let offset):
        "The \(part.rawValue) has a % without two hexadecimal digits at byte \(start + offset)."
      case .notUTF8:
        "The \(part.rawValue) has percent escapes that are not UTF-8."
      }
  }

  static let bodyNotBase64 = RequestFault(
    part: .body, message: "The body is marked as base64, but is not.")

  private init(part: Part, message: String) {
    self.part = part
    self.message = message
  }
}
