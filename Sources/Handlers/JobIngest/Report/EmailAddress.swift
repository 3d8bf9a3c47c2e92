/// Holds an address for email, with or without a name: `Jobs <jobs@example.com>`.
package struct EmailAddress: Sendable, Equatable {
  /// The form in which it was written.
  package let text: String
  /// The address alone.
  package let address: String

  /// Reads an address; nothing when the text is none that SES can send to.
  ///
  /// SES takes ASCII only: names in other letters have to be encoded words (RFC 2047), domains
  /// Punycode.
  package init?(_ text: some StringProtocol) {
    let text = text.drop { $0 == " " }
    let blanks = text.reversed().prefix { $0 == " " }.count
    self.text = String(text.dropLast(blanks))
    if self.text.hasSuffix(">") {
      let parts = self.text.dropLast().split(
        separator: "<", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, parts[0].utf8.allSatisfy(Self.isNameByte) else { return nil }
      address = String(parts[1])
    } else {
      address = self.text
    }
    guard Self.isAddress(address) else { return nil }
  }

  /// The forms of RFC 5321 that are in use: no quoted local parts, a domain with a dot.
  private static func isAddress(_ text: String) -> Bool {
    let parts = text.split(separator: "@", omittingEmptySubsequences: false)
    guard parts.count == 2, text.utf8.count <= 254, parts[0].utf8.count <= 64 else { return false }
    let words = parts[0].split(separator: ".", omittingEmptySubsequences: false)
    let labels = parts[1].split(separator: ".", omittingEmptySubsequences: false)
    return words.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy(isAtomByte) }
      && labels.count > 1 && labels.allSatisfy(isLabel)
  }

  private static func isLabel(_ text: Substring) -> Bool {
    (1...63).contains(text.utf8.count) && !text.hasPrefix("-") && !text.hasSuffix("-")
      && text.utf8.allSatisfy { isLetterOrDigit($0) || $0 == UInt8(ascii: "-") }
  }

  private static func isAtomByte(_ byte: UInt8) -> Bool {
    isLetterOrDigit(byte) || "!#$%&'*+-/=?^_`{|}~".utf8.contains(byte)
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    isAtomByte(byte) || byte == UInt8(ascii: " ") || byte == UInt8(ascii: ".")
  }

  private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: false
    }
  }
}
