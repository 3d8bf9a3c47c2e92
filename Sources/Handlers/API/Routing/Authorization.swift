internal import AWS
internal import JSON
internal import LambdaEvents

/// How a call is known to be allowed.
enum Authorization: Sendable {
  /// Settled: the route is open, or the gateway vouches for the caller.
  case granted
  /// The database has to find a session whose token hashes to this, of a user with this role.
  case session(tokenHash: [UInt8], role: Role)

  /// Judges a call by what came with it; the database judges the rest.
  init(_ request: APIRequest, _ route: Route, _ settings: APISettings) throws(Problem) {
    guard let role = route.role, !(role == .reader && settings.readsAreOpen) else {
      self = .granted
      return
    }
    if request.isAuthorized {
      // Authorizers that know no scopes, as IAM's, vouch for reading.
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
    self = .session(tokenHash: Digest.sha256(Array(token.utf8)), role: role)
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

/// What a caller may do; each role may do all that those before it may.
enum Role: String, CaseIterable, Comparable, Sendable {
  case reader, writer, admin

  /// The scope of a gateway's authorizer that stands for the role.
  var scope: String {
    switch self {
    case .reader: "read"
    case .writer: "write"
    case .admin: "admin"
    }
  }

  /// The highest role that a token's scopes stand for, such as `write`, `sluice/write` (as Cognito
  /// spells them) or `sluice:write`; nil when none of them is ours.
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
