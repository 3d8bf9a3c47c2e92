/// Brings foreign text into one line that is safe to show.
enum OneLine {
  /// Returns the text with white space collapsed, cut at a limit of Unicode scalars.
  ///
  /// Control characters become blanks. Marks that turn the direction of what follows are left out:
  /// they could make one posting's text rearrange its neighbours.
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
