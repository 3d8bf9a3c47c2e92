internal import System

/// One posting as shown in a report, with each text on one line.
package struct ReportedPosting: Sendable, Equatable {
  package let title: String
  package let organization: String?
  package let pay: String?
  package let grades: String?
  package let place: String?
  /// The address of the posting, which is always http or https.
  package let link: String?
  /// The closing date as `2026-08-14`.
  package let closingDate: String?

  package init(
    title: String, organization: String?, pay: String?, grades: String?, place: String?,
    uri: String?, closingDate: String?
  ) {
    func line(_ text: String?) -> String? {
      text.map { OneLine.text($0, limit: 160) }.flatMap { $0.isEmpty ? nil : $0 }
    }
    self.title = line(title) ?? "Posting without a title"
    self.organization = line(organization)
    self.pay = line(pay)
    self.grades = line(grades)
    self.place = line(place)
    self.closingDate = line(closingDate)
    link = uri.flatMap(WebLink.text)
  }

  /// The lines below the title.
  var details: [String] {
    let money = [pay, grades].compactMap(\.self).joined(separator: ", ")
    let place = [self.place, closingDate.map { "closing date \($0)" }].compactMap(\.self)
      .joined(separator: "; ")
    return [organization ?? "", money, place].filter { !$0.isEmpty }
  }
}

/// Writes what a posting pays, such as `$99,325 – $153,354 per year`.
package enum PayText {
  /// Formats a range of amounts, each the text of a `numeric`.
  ///
  /// Returns nil if there is no amount, or only zeros for a posting that is not unpaid.
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

  /// Formats an amount with commas, and with cents if it has any; nil for zero.
  private static func dollars(_ numeric: String) -> String? {
    let parts = numeric.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    let whole = parts[0].drop { $0 == "0" }
    var cents = parts.count > 1 ? parts[1] : ""
    while cents.last == "0" { cents.removeLast() }
    guard (whole + cents).utf8.allSatisfy(\.isASCIIDigit),
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

  /// The words for an interval's code; an unknown interval is only lowercased.
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

/// Writes the grades of a posting, such as `GS-12/13`.
package enum GradeText {
  package static func text(plan: String?, low: String?, high: String?) -> String? {
    var grades = [low, high].compactMap(\.self).filter { !$0.isEmpty }
    if grades.count == 2, grades[0] == grades[1] { grades.removeLast() }
    let parts = [plan ?? "", grades.joined(separator: "/")].filter { !$0.isEmpty }
    return parts.isEmpty ? nil : parts.joined(separator: "-")
  }
}

/// Turns foreign text into one line that is safe to show.
enum OneLine {
  /// Collapses white space and cuts the text at a number of Unicode scalars.
  ///
  /// Control characters become spaces. Marks that change the writing direction are removed, since
  /// they could rearrange neighbouring text.
  static func text(_ text: String, limit: Int) -> String {
    var scalars = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      if turnsDirection(scalar) { continue }
      let isBlank = scalar.properties.isWhitespace || scalar.properties.generalCategory == .control
      if !isBlank {
        scalars.append(scalar)
      } else if !scalars.isEmpty, scalars.last != " " {
        scalars.append(" ")
      }
    }
    if scalars.last == " " { scalars.removeLast() }
    guard scalars.count > limit else { return String(scalars) }
    return String(scalars.prefix(limit - 1)) + "…"
  }

  private static func turnsDirection(_ scalar: Unicode.Scalar) -> Bool {
    (0x202A...0x202E).contains(scalar.value) || (0x2066...0x2069).contains(scalar.value)
  }
}

/// Accepts only addresses that are safe to follow.
enum WebLink {
  /// Returns the address without its scheme's default port, or nil if it is not a plain http or https
  /// address.
  static func text(_ uri: String) -> String? {
    let uri = uri.drop { $0.isWhitespace }
    for (scheme, port) in [("https://", ":443"), ("http://", ":80")]
    where uri.prefix(scheme.count).lowercased() == scheme {
      let rest = uri.dropFirst(scheme.count)
      var host = rest.prefix { !"/?#".contains($0) }
      let path = rest[host.endIndex...]
      if host.hasSuffix(port) { host.removeLast(port.count) }
      let text = scheme + host + path
      // A user name before the host could disguise it; the other bytes are not allowed in an address.
      guard !host.isEmpty, !host.contains("@"), text.utf8.count <= 500,
        text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && !"\"<>\\^`{|}".utf8.contains($0) })
      else { return nil }
      return text
    }
    return nil
  }
}
