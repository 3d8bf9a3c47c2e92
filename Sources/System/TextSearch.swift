// The standard library's own search compares characters, so that a quote with an accent over it is no
// quote to it though it is one to a server; and it brings the engine for regular expressions, a
// megabyte, into every program that replaces a word.

extension StringProtocol {
  /// Returns the pieces between the places where a text occurs byte for byte; one when it does not.
  public func pieces(between separator: some StringProtocol) -> [String] {
    let bytes = Array(utf8)
    let wanted = Array(separator.utf8)
    guard !wanted.isEmpty else { return [String(self)] }
    var pieces: [String] = []
    var start = 0
    var index = 0
    while index + wanted.count <= bytes.count {
      if bytes[index] == wanted[0], bytes[index..<(index + wanted.count)].elementsEqual(wanted) {
        pieces.append(String(decoding: bytes[start..<index], as: UTF8.self))
        index += wanted.count
        start = index
      } else {
        index += 1
      }
    }
    pieces.append(String(decoding: bytes[start...], as: UTF8.self))
    return pieces
  }

  /// Says whether a text occurs byte for byte.
  public func holds(_ text: some StringProtocol) -> Bool {
    text.utf8.isEmpty || pieces(between: text).count > 1
  }

  /// Returns the text with each occurrence of another, byte for byte, replaced.
  public func substituting(_ text: some StringProtocol, by replacement: String) -> String {
    pieces(between: text).joined(separator: replacement)
  }
}
