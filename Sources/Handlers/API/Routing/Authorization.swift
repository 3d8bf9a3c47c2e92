internal import JSON
internal import LambdaEvents

/// Whether a call is allowed.
enum Authorization: Sendable {
  /// It is: the route is open, the gateway vouches for the caller, or the session has been found.
  case granted
  /// It is if the database has a session with this hash of its token, of a user with this role.
  case session(tokenHash: [UInt8], role: Role)

  /// No session has this hash, which is none.
  static let nobody = Authorization.session(tokenHash: [], role: .admin)

  /// Decides by what came with the call, and leaves sessions to the database.
  init(_ request: APIRequest, _ route: Route, _ settings: APISettings) throws(Problem) {
    guard let role = route.role, !(role == .reader && settings.readsAreOpen) else {
      self = .granted
      return
    }
    if request.isAuthorized {
      // Authorizers without scopes, such as IAM, vouch for reading.
      let granted = request.scopes.isEmpty ? Role.reader : Role(scopes: request.scopes)
      guard let granted, granted >= role else {
        throw Problem(
          .forbidden, "The token lacks the scope \"\(role.scope)\".",
          headers: [
            ("www-authenticate", "Bearer error=\"insufficient_scope\", scope=\"\(role.scope)\"")
          ])
      }
      self = .granted
      return
    }
    guard let token = Self.bearerToken(request) else {
      throw Problem(
        .unauthorized, "This route needs a token.",
        hint: "POST /login answers one; send it as Authorization: Bearer TOKEN.",
        headers: [("www-authenticate", "Bearer")])
    }
    self = .session(tokenHash: Sessions.hash(token), role: role)
  }

  /// The token of the `Authorization` header (RFC 6750, section 2.1).
  static func bearerToken(_ request: APIRequest) -> String? {
    guard let header = request.headers["authorization"] else { return nil }
    let parts = header.split(separator: " ", maxSplits: 1)
    guard parts.count == 2, parts[0].lowercased() == "bearer", parts[1].utf8.count <= 512 else {
      return nil
    }
    return String(parts[1])
  }
}

/// What a caller is allowed to do; each role includes those before it.
enum Role: String, CaseIterable, Comparable, Sendable {
  case reader, writer, admin

  /// The scope by which a gateway's authorizer grants the role.
  var scope: String {
    switch self {
    case .reader: "read"
    case .writer: "write"
    case .admin: "admin"
    }
  }

  /// The highest role that a token's scopes grant, such as `write`, `sluice/write` (Cognito's spelling)
  /// or `sluice:write`; nil when none of them is ours.
  init?(scopes: [String]) {
    let names = scopes.map { scope in
      for prefix in ["sluice/", "sluice:"] where scope.hasPrefix(prefix) {
        return String(scope.dropFirst(prefix.count))
      }
      return scope
    }
    guard let role = Role.allCases.last(where: { names.contains($0.scope) }) else { return nil }
    self = role
  }

  private var rank: Int {
    switch self {
    case .reader: 0
    case .writer: 1
    case .admin: 2
    }
  }

  static func < (left: Role, right: Role) -> Bool { left.rank < right.rank }
}
