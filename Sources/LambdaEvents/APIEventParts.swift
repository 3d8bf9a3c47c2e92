internal import JSON
internal import System

/// A path with the stage of the API cut off.
struct StagePath {
  let prefix: String
  let rest: String

  /// Cuts the stage off a path that has it, as an HTTP API sends it for any stage but `$default`.
  init(_ path: String, stage: String?) {
    guard let stage, !stage.isEmpty, stage != "$default", path.hasPrefix("/\(stage)"),
      path.utf8.count == stage.utf8.count + 1
        || path.utf8.dropFirst(stage.utf8.count + 1).first == UInt8(ascii: "/")
    else {
      (prefix, rest) = ("", Self.rooted(path))
      return
    }
    prefix = "/\(stage)"
    rest = Self.rooted(String(path.utf8.dropFirst(stage.utf8.count + 1)) ?? "")
  }

  /// Takes the path of a REST API, and as prefix what the whole path has in front of it.
  init(rest path: String, within wholePath: String?) {
    rest = Self.rooted(path)
    guard let wholePath, wholePath.hasSuffix(rest) else {
      prefix = ""
      return
    }
    prefix = String(wholePath.utf8.dropLast(rest.utf8.count)) ?? ""
  }

  func decoded(isEncoded: Bool) -> Result<String, RequestFault> {
    guard isEncoded else { return .success(rest) }
    do throws(PercentEncoding.Fault) {
      return .success(try PercentEncoding.decode(rest.utf8, plus: .isLiteral))
    } catch {
      return .failure(RequestFault(.path, error, startingAt: prefix.utf8.count))
    }
  }

  private static func rooted(_ path: String) -> String {
    path.hasPrefix("/") ? path : "/\(path)"
  }
}

/// Names and values of an event that has them twice: with one value per name, and with all of them.
enum APIEventPairs {
  /// Decodes all values where the event has them, else the single ones; nulls are left out.
  ///
  /// JSON objects have no order, so names are sorted; the values of one name keep theirs.
  static func decode(
    _ event: KeyedDecodingContainer<APIEventKeys>, _ all: APIEventKeys, _ single: APIEventKeys
  ) throws -> [(name: String, value: String)] {
    if let values = try event.decodeIfPresent([String: [String?]?].self, forKey: all) {
      return values.sorted { $0.key < $1.key }.flatMap { name, values in
        (values ?? []).compactMap { value in value.map { (name: name, value: $0) } }
      }
    }
    return try decode(event, single)
  }

  /// Decodes single values.
  static func decode(
    _ event: KeyedDecodingContainer<APIEventKeys>, _ single: APIEventKeys
  ) throws -> [(name: String, value: String)] {
    let values = try event.decodeIfPresent([String: String?].self, forKey: single) ?? [:]
    return values.sorted { $0.key < $1.key }
      .compactMap { name, value in value.map { (name: name, value: $0) } }
  }

  /// Splits the `Cookie` fields into their `name=value` parts.
  static func cookies(_ headers: HTTPHeaders) -> [String] {
    headers.values("cookie").flatMap { field in
      field.split(separator: ";").map { String($0.drop { $0 == " " }) }
    }
  }
}

/// The body of an event, as a text or as the base64 of bytes.
enum APIEventBody {
  static func decode(
    _ event: KeyedDecodingContainer<APIEventKeys>
  ) throws -> Result<[UInt8], RequestFault> {
    guard let text = try event.decodeIfPresent(String.self, forKey: .body) else {
      return .success([])
    }
    let bytes = Array(text.utf8)
    guard try event.decodeIfPresent(Bool.self, forKey: .isBase64Encoded) == true else {
      return .success(bytes)
    }
    return Base64.decode(bytes).map { .success($0) } ?? .failure(.bodyNotBase64)
  }
}

/// What the gateway's authorizer added to the event.
struct Authorizer {
  /// Whether there was an authorizer that said something about the caller.
  ///
  /// Null and empty objects count as nothing: some emulators write them if there is no authorizer.
  let isPresent: Bool
  /// The scopes of the caller's token, each once.
  let scopes: [String]

  init(_ value: JSONValue?) {
    guard let value else {
      (isPresent, scopes) = (false, [])
      return
    }
    isPresent = Self.saysSomething(value)
    var scopes: [String] = []
    // An HTTP API puts a token's claims under `jwt`, a REST API with a user pool beside it.
    for holder in [value["jwt"], value] {
      scopes += Self.words(holder?["scopes"])
      scopes += Self.words(holder?["claims"]?["scope"]) + Self.words(holder?["claims"]?["scp"])
    }
    // An authorizer function may name the scopes itself.
    scopes += Self.words(value["lambda"]?["scope"]) + Self.words(value["scope"])
    var seen: Set<String> = []
    self.scopes = scopes.filter { seen.insert($0).inserted }
  }

  private static func saysSomething(_ value: JSONValue) -> Bool {
    switch value {
    case .null: false
    case .object(let members): members.values.contains(where: saysSomething)
    case .array(let elements): elements.contains(where: saysSomething)
    case .bool, .integer, .number, .string: true
    }
  }

  /// Reads a list of scopes: a list, a text with spaces, or a list as an HTTP API writes one
  /// inside claims, `[a b]`.
  private static func words(_ value: JSONValue?) -> [String] {
    switch value {
    case .array(let elements): elements.compactMap(\.string)
    case .string(let text):
      text.split { " []".contains($0) }.map(String.init)
    default: []
    }
  }
}
