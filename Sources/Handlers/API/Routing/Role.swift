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
