internal import JSON

/// An amount of pay: a decimal number as PostgreSQL's `numeric` takes it, digit by digit.
struct PayAmount: Sendable, Equatable {
  let text: String

  /// Reads an amount as the service has written it over the years: `"34454"`, `"55204.0"`,
  /// `"19.18"`, with or without `$` and commas; nil when it is none.
  init?(_ raw: String) {
    let text = raw.filter { $0 != "$" && $0 != "," && $0 != " " }
    let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard let whole = parts.first, !whole.isEmpty, whole.utf8.count <= 12,
      whole.utf8.allSatisfy(Self.isDigit)
    else { return nil }
    if parts.count > 1 {
      guard !parts[1].isEmpty, parts[1].utf8.count <= 6, parts[1].utf8.allSatisfy(Self.isDigit)
      else { return nil }
    }
    self.text = text
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}

/// What an amount of pay is paid for, by the service's code.
enum PayInterval {
  /// The words that stood where the codes stand now.
  private static let codes = [
    "per year": "PA", "per hour": "PH", "per day": "PD", "per month": "PM", "bi-weekly": "BW",
    "biweekly": "BW", "piece work": "PW", "without compensation": "WC", "fee basis": "FB",
    "stipend": "ST", "school year": "SY",
  ]

  /// The code of an interval given as a code or as words; unknown ones stay as they are.
  static func code(_ text: String) -> String {
    codes[text.lowercased()] ?? text
  }
}
