internal import System

/// Uniform Resource Identifiers as text: a scheme and what it needs, as RFC 3986 has them.
///
/// Characters beyond ASCII, spaces and stray percent signs have to be percent-encoded.
enum URIText {
  static func isValid(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Bool {
    guard let colon = unsafe schemeEnd(bytes, count) else { return false }
    var index = colon + 1
    if index + 1 < count, unsafe bytes[index] == 0x2f, unsafe bytes[index + 1] == 0x2f {
      let start = index + 2
      index = start
      while index < count, unsafe !"/?#".utf8.contains(bytes[index]) { index += 1 }
      guard unsafe isAuthority(bytes, start, index) else { return false }
    }
    let fragment = (index..<count).first { unsafe bytes[$0] == 0x23 } ?? count
    let query = (index..<fragment).first { unsafe bytes[$0] == 0x3f } ?? fragment
    return unsafe isText(bytes, index, query, ":@/")
      && isText(bytes, min(query + 1, fragment), fragment, ":@/?")
      && isText(bytes, min(fragment + 1, count), count, ":@/?")
  }

  private static func schemeEnd(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Int? {
    for index in 0..<count {
      switch unsafe bytes[index] {
      case 0x41...0x5a, 0x61...0x7a: continue
      case 0x30...0x39, 0x2b, 0x2d, 0x2e: if index == 0 { return nil }
      case 0x3a: return index > 0 ? index : nil
      default: return nil
      }
    }
    return nil
  }

  /// Whether it is `[userinfo@]host[:port]`; the host may be empty, as in `file:///`.
  private static func isAuthority(
    _ bytes: UnsafePointer<UInt8>, _ start: Int, _ end: Int
  ) -> Bool {
    var host = start
    if let at = (start..<end).last(where: { unsafe bytes[$0] == 0x40 }) {
      guard unsafe isText(bytes, start, at, ":") else { return false }
      host = at + 1
    }
    var portStart = end
    if host < end, unsafe bytes[host] == 0x5b {
      guard let close = (host..<end).first(where: { unsafe bytes[$0] == 0x5d }),
        close > host + 1, unsafe isText(bytes, host + 1, close, ":")
      else { return false }
      portStart = close + 1
    } else {
      portStart = (host..<end).first { unsafe bytes[$0] == 0x3a } ?? end
      guard unsafe isText(bytes, host, portStart, "") else { return false }
    }
    guard portStart < end else { return true }
    return unsafe bytes[portStart] == 0x3a
      && (portStart + 1..<end).allSatisfy { unsafe bytes[$0] &- 0x30 <= 9 }
  }

  /// Whether only unreserved characters, sub-delimiters, percent-encoded bytes and some more stand
  /// there.
  private static func isText(
    _ bytes: UnsafePointer<UInt8>, _ start: Int, _ end: Int, _ more: StaticString
  ) -> Bool {
    var index = start
    while index < end {
      let byte = unsafe bytes[index]
      switch byte {
      case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: break
      case 0x25:
        guard index + 2 < end, unsafe bytes[index + 1].hexadecimalValue != nil,
          unsafe bytes[index + 2].hexadecimalValue != nil
        else { return false }
        index += 2
      default:
        let isAllowed =
          "-._~!$&'()*+,;=".utf8.contains(byte)
          || more.withUTF8Buffer { unsafe $0.contains(byte) }
        guard isAllowed else { return false }
      }
      index += 1
    }
    return true
  }
}
