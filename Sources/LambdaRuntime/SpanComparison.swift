internal import Glibc

extension Span<UInt8> {
  /// Whether two spans hold the same bytes.
  func hasSameBytes(as other: Span<UInt8>) -> Bool {
    guard count == other.count else { return false }
    return unsafe withUnsafeBytes { own in
      unsafe other.withUnsafeBytes { other in
        guard let left = own.baseAddress, let right = other.baseAddress else { return true }
        return unsafe memcmp(left, right, own.count) == 0
      }
    }
  }
}
