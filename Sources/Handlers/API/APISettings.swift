internal import LambdaRuntime

/// The settings of the API in the variables.
struct APISettings: Sendable {
  /// Whether anyone can call what a reader can.
  let readsAreOpen: Bool
  /// Whether anyone can register as a reader.
  let registrationIsOpen: Bool
  /// The number of hours that a session lasts.
  let sessionHours: Int
  /// The origins whose pages can call the API from a browser; `*` is all of them.
  let corsOrigins: [String]
  /// Whether the Function URL streams every response (invoke mode `RESPONSE_STREAM`).
  let functionURLStreams: Bool
  /// The bucket for uploads and backups.
  let bucket: String?

  init(_ variables: EnvironmentVariables) throws(SettingError) {
    readsAreOpen = try variables.isSet("API_ACCESS", from: "private", to: "open-reads")
    registrationIsOpen = try variables.isSet("API_REGISTRATION", from: "closed", to: "open")
    guard let hours = Int(variables["API_SESSION_HOURS"] ?? "12"), (1...720).contains(hours) else {
      throw SettingError(
        variable: "API_SESSION_HOURS", expected: "the hours a login counts, from 1 to 720")
    }
    sessionHours = hours
    functionURLStreams = try variables.isSet("API_FUNCTION_URL", from: "buffered", to: "stream")
    let origins = Self.list(variables["API_CORS_ORIGINS"])
    let areOrigins = origins.allSatisfy { origin in
      origin == "*"
        || (["http://", "https://"].contains { origin.hasPrefix($0) } && !origin.hasSuffix("/"))
    }
    guard areOrigins else {
      throw SettingError(
        variable: "API_CORS_ORIGINS",
        expected: "* or origins such as https://example.org, separated by commas")
    }
    corsOrigins = origins
    bucket = Self.list(variables["SLUICE_BUCKETS"]).first { $0 != "*" }
  }

  private static func list(_ text: String?) -> [String] {
    (text ?? "").split(separator: ",").map { String($0.filter { $0 != " " }) }
      .filter { !$0.isEmpty }
  }
}

extension EnvironmentVariables {
  /// Whether a variable has its second value instead of its first, which is the default.
  fileprivate func isSet(
    _ name: String, from usual: String, to other: String
  ) throws(SettingError) -> Bool {
    switch self[name] {
    case nil, usual: return false
    case other: return true
    default: throw SettingError(variable: name, expected: "\(usual) or \(other)")
    }
  }
}
