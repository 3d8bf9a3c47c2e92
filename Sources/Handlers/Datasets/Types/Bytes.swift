internal import CSV
internal import Glibc

/// Questions asked of raw bytes on the way from the file to the row.
enum Bytes {
  @inline(__always)
  static func hasNUL(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Bool {
    unsafe memchr(bytes, 0, count) != nil
  }

  /// The scalar that valid UTF-8 begins with.
  static func scalar(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Unicode.Scalar {
    var rest = unsafe UnsafeBufferPointer(start: bytes, count: min(count, 4)).makeIterator()
    var decoder = UTF8()
    guard case .scalarValue(let scalar) = unsafe decoder.decode(&rest) else { return "\u{FFFD}" }
    return scalar
  }

  /// Lends the address of a text, which an empty one has too.
  static func lend<R>(_ text: Span<UInt8>, _ body: (UnsafePointer<UInt8>, Int) -> R) -> R {
    unsafe text.withUnsafeBufferPointer { bytes in
      guard let start = bytes.baseAddress else {
        var none: UInt8 = 0
        return unsafe body(&none, 0)
      }
      return unsafe body(start, bytes.count)
    }
  }

  /// The position of the first NUL.
  static func firstNUL(_ bytes: Span<UInt8>) -> Int? {
    unsafe bytes.withUnsafeBytes { bytes in
      guard let start = bytes.baseAddress,
        let found = unsafe memchr(start, 0, bytes.count)
      else { return nil }
      return unsafe UnsafeRawPointer(found) - start
    }
  }
}
