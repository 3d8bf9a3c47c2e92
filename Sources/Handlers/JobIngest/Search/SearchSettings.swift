package import LambdaRuntime

/// Where the search is and as whom it is asked.
///
/// Neither printing nor dumping one shows the key or the address of its owner.
package struct SearchSettings: Sendable {
  let endpoint: String
  let key: String
  let email: String
  /// The time between an answer and the next request.
  let pause: Duration
  let caBundle: String?

  /// Reads `USAJOBS_API_KEY`, `USAJOBS_EMAIL`, `USAJOBS_ENDPOINT`, `USAJOBS_PAUSE_MS` and
  /// `CA_BUNDLE`.
  package init(variables: EnvironmentVariables) throws(SettingError) {
    key = try Self.header(
      variables["USAJOBS_API_KEY"], "USAJOBS_API_KEY",
      "the key that developer.usajobs.gov gave, without spaces or line ends"
    ) { !$0.isEmpty }
    email = try Self.header(
      variables["USAJOBS_EMAIL"], "USAJOBS_EMAIL",
      "the email address that the key was requested with, and nothing else", Self.isEmail)
    endpoint = variables["USAJOBS_ENDPOINT"] ?? "https://data.usajobs.gov/api/search"
    guard Self.isAddress(endpoint) else {
      throw SettingError(
        variable: "USAJOBS_ENDPOINT",
        expected: "an http or https address without a user or a query, such as "
          + "https://data.usajobs.gov/api/search")
    }
    let milliseconds = variables["USAJOBS_PAUSE_MS"] ?? "500"
    guard let pause = Int(milliseconds), (0...60_000).contains(pause) else {
      throw SettingError(
        variable: "USAJOBS_PAUSE_MS", expected: "a whole number of milliseconds from 0 to 60000")
    }
    self.pause = .milliseconds(pause)
    caBundle = variables["CA_BUNDLE"]
  }

  private static func header(
    _ value: String?, _ name: String, _ expected: String, _ isRight: (Substring.UTF8View) -> Bool
  ) throws(SettingError) -> String {
    guard let value, isVisible(value), isRight(value[...].utf8) else {
      throw SettingError(variable: name, expected: expected)
    }
    return value
  }

  private static func isVisible(_ text: String) -> Bool {
    text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
  }

  private static func isEmail(_ text: Substring.UTF8View) -> Bool {
    let parts = text.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
    return parts.count == 2 && parts.allSatisfy { !$0.isEmpty }
  }

  private static func isAddress(_ text: String) -> Bool {
    let scheme = ["https://", "http://"].first { text.hasPrefix($0) }
    guard let scheme, isVisible(text) else { return false }
    let rest = text.dropFirst(scheme.utf8.count)
    return rest.first.map { $0 != "/" && $0 != ":" } ?? false
      && !rest.contains { "@?#".contains($0) }
  }
}

extension SearchSettings: CustomStringConvertible, CustomReflectable {
  /// The endpoint alone.
  package var description: String { "SearchSettings(\(endpoint))" }
  /// The endpoint alone.
  package var customMirror: Mirror {
    Mirror(self, children: ["endpoint": endpoint], displayStyle: .struct)
  }
}
