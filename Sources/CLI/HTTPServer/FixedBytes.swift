/// Bytes that neither change nor move, so that an answer may lend them to the network.
///
/// An array's bytes may not be lent for longer than a call; these live until their last owner lets
/// go of them.
@safe
final class FixedBytes: Sendable {
  // As a number, because a pointer cannot be shared between threads; the memory is never written
  // again.
  private let address: UInt
  let count: Int

  init(_ bytes: [UInt8]) {
    let memory = UnsafeMutableRawBufferPointer.allocate(
      byteCount: max(1, bytes.count), alignment: 1)
    unsafe memory.copyBytes(from: bytes)
    address = UInt(bitPattern: memory.baseAddress)
    count = bytes.count
  }

  deinit { unsafe UnsafeMutableRawPointer(bitPattern: address)?.deallocate() }

  var whole: LentBytes { self[0..<count] }

  subscript(range: Range<Int>) -> LentBytes {
    precondition(range.lowerBound >= 0 && range.upperBound <= count)
    return LentBytes(owner: self, range: range)
  }

  /// Where the memory begins; valid while this object lives.
  @unsafe var start: UnsafeRawPointer? { unsafe UnsafeRawPointer(bitPattern: address) }
}

/// A part of fixed bytes; it keeps them alive.
package struct LentBytes: Sendable {
  let owner: FixedBytes
  let range: Range<Int>

  package var count: Int { range.count }

  /// A copy, for those who cannot borrow.
  package var bytes: [UInt8] {
    unsafe Array(
      UnsafeRawBufferPointer(start: owner.start?.advanced(by: range.lowerBound), count: count))
  }
}
