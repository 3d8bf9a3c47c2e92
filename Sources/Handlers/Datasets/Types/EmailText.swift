internal import System

/// Addresses of mailboxes as text.
///
/// The form is the dot-string of RFC 5321, section 4.1.2, with the lengths of its section 4.5.3.1,
/// and letters beyond ASCII as RFC 6531 allows them; quoted local parts and numeric hosts, which
/// nobody is reached at, are refused.
enum EmailText {
  static func isValid(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Bool {
    guard count <= 254, let at = (0..<count).first(where: { unsafe bytes[$0] == 0x40 }) else {
      return false
    }
    return unsafe at <= 64 && isDotted(bytes, 0, at, isAtom)
      && isDotted(bytes, at + 1, count, isLabel) && isHost(bytes, at + 1, count)
  }

  /// Whether parts of at least one byte each stand between dots.
  private static func isDotted(
    _ bytes: UnsafePointer<UInt8>, _ start: Int, _ end: Int, _ isAllowed: (UInt8) -> Bool
  ) -> Bool {
    guard start < end else { return false }
    var isPart = false
    for index in start..<end {
      let byte = unsafe bytes[index]
      if byte == 0x2e {
        guard isPart else { return false }
        isPart = false
      } else {
        guard isAllowed(byte) else { return false }
        isPart = true
      }
    }
    return isPart
  }

  /// Whether no label is too long or has a hyphen at an end.
  private static func isHost(_ bytes: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> Bool {
    var label = start
    for index in start...end where unsafe index == end || bytes[index] == 0x2e {
      guard index - label <= 63, unsafe bytes[label] != 0x2d, unsafe bytes[index - 1] != 0x2d
      else { return false }
      label = index + 1
    }
    return true
  }

  private static func isAtom(_ byte: UInt8) -> Bool {
    isLabel(byte) || "!#$%&'*+/=?^_`{|}~".utf8.contains(byte)
  }

  private static func isLabel(_ byte: UInt8) -> Bool {
    byte.isASCIIAlphanumeric || byte == 0x2d || byte >= 0x80
  }
}
