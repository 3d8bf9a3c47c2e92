/// Writes what a posting pays, such as `$99,325 – $153,354 per year`.
package enum PayText {
  /// Writes a range of amounts, each PostgreSQL's text of a `numeric`.
  ///
  /// Returns nothing where nothing is known: no amount, or zeros of a posting that is not unpaid.
  package static func text(minimum: String?, maximum: String?, interval: String?) -> String? {
    if interval == "WC" { return "without compensation" }
    let low = minimum.flatMap(dollars)
    let high = maximum.flatMap(dollars)
    let amount: String
    switch (low, high) {
    case (let low?, let high?): amount = low == high ? low : "\(low) – \(high)"
    case (let low?, nil): amount = "from \(low)"
    case (nil, let high?): amount = "up to \(high)"
    case (nil, nil): return nil
    }
    return interval.map { "\(amount) \(words(for: $0))" } ?? amount
  }

  /// Writes an amount with commas, and with cents where there are any; none for zero.
  private static func dollars(_ numeric: String) -> String? {
    let parts = numeric.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    let whole = parts[0].drop { $0 == "0" }
    var cents = parts.count > 1 ? parts[1] : ""
    while cents.last == "0" { cents.removeLast() }
    guard (whole + cents).utf8.allSatisfy({ (0x30...0x39).contains($0) }),
      !whole.isEmpty || !cents.isEmpty
    else { return nil }
    var text = ""
    for (index, digit) in whole.enumerated() {
      if index > 0, (whole.count - index) % 3 == 0 { text.append(",") }
      text.append(digit)
    }
    if text.isEmpty { text = "0" }
    if !cents.isEmpty { text += ".\(cents)" + (cents.count == 1 ? "0" : "") }
    return "$\(text)"
  }

  /// The words of the service's codes of intervals; words of its own stay as they are.
  private static func words(for interval: String) -> String {
    switch interval {
    case "PA": "per year"
    case "PH": "per hour"
    case "PD": "per day"
    case "PM": "per month"
    case "BW": "every two weeks"
    case "SY": "per school year"
    case "PW": "by piece work"
    case "FB": "by fee"
    case "ST": "as a stipend"
    default: interval.lowercased()
    }
  }
}
