/// Makes a name safe to stand in SQL as an identifier, whatever it holds.
///
/// A NUL in it is refused with the statement.
public func quoteIdentifier(_ name: String) -> String {
  "\"" + name.doubling("\"") + "\""
}

/// Makes a text safe to stand in SQL as a literal, whatever it holds.
///
/// A NUL in it is refused with the statement. Parameters are better where they are allowed.
public func quoteLiteral(_ text: String) -> String {
  let quoted = "'" + text.doubling("'") + "'"
  // The escape form means the same whatever standard_conforming_strings says.
  return text.utf8.contains(UInt8(ascii: "\\")) ? " E" + quoted.doubling("\\") : quoted
}

extension String {
  /// The text with each of one ASCII character written twice.
  fileprivate func doubling(_ character: Unicode.Scalar) -> String {
    guard utf8.contains(where: { Unicode.Scalar($0) == character }) else { return self }
    // By scalar: a combining mark after a quote makes one Character of both.
    var result = String.UnicodeScalarView()
    for scalar in unicodeScalars {
      result.append(scalar)
      if scalar == character { result.append(scalar) }
    }
    return String(result)
  }
}
