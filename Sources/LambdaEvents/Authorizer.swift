internal import JSON

/// What the gateway's authorizer left in the event.
struct Authorizer {
  /// Whether an authorizer was there and said something about the caller.
  ///
  /// Null and empty objects count as nothing: some stand-ins write them where no authorizer is.
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
