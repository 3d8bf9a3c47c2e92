/// The parameters of a search as the stub understands them: names in any case, several values of
/// one parameter between semicolons, and what it does not know ignored, as the service does.
struct StubQuery: Sendable {
  /// By lowercased name; the first value of a repeated name counts.
  private var values: [String: String] = [:]
  let page: Int
  let pageSize: Int

  static let defaultPageSize = 25
  static let maximumPageSize = 500

  init(_ query: String) {
    for pair in query.split(separator: "&") {
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let name = PercentText.decode(parts[0]).lowercased()
      let value = parts.count > 1 ? PercentText.decode(parts[1]) : ""
      if values[name] == nil { values[name] = value }
    }
    page = max(1, values["page"].flatMap { Int($0) } ?? 1)
    let size = values["resultsperpage"].flatMap { Int($0) } ?? 0
    pageSize = size < 1 ? Self.defaultPageSize : min(size, Self.maximumPageSize)
  }

  /// The value of a parameter, unless it is absent or empty.
  func text(_ name: String) -> String? {
    guard let value = values[name.lowercased()], !value.isEmpty else { return nil }
    return value
  }

  /// The values between semicolons, without case; nil when there are none.
  func list(_ name: String) -> Set<String>? {
    let items = text(name)?.split(separator: ";").map { trimmed($0).lowercased() } ?? []
    return items.isEmpty ? nil : Set(items)
  }

  func number(_ name: String) -> Double? { text(name).flatMap { Double($0) } }

  var isMinimal: Bool { text("Fields")?.lowercased() == "min" }

  /// What decides which postings are found and in what order: everything but the page.
  var identity: String {
    values.filter { $0.key != "page" && $0.key != "resultsperpage" && $0.key != "fields" }
      .sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: "&")
  }

  private func trimmed(_ text: Substring) -> String {
    String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }
}
