/// Rows in the binary form of COPY, built in place and handed on in pieces.
///
/// The format is that of <https://www.postgresql.org/docs/current/sql-copy.html#id-1.9.3.55.9.4>:
/// a count of columns, then for each its length and its bytes, all big-endian.
@safe package struct RowBuffer: ~Copyable {
  private var base: UnsafeMutablePointer<UInt8>
  private var capacity: Int
  package private(set) var count = 0

  package init(capacity: Int = 1 << 16) {
    unsafe base = .allocate(capacity: capacity)
    self.capacity = capacity
  }

  deinit { unsafe base.deallocate() }

  /// Makes room for so many bytes, which the appends that follow rely on.
  @inline(__always)
  package mutating func reserve(_ bytes: Int) {
    if count &+ bytes > capacity { grow(bytes) }
  }

  @inline(never)
  private mutating func grow(_ bytes: Int) {
    let larger = max(capacity * 2, count + bytes)
    let moved = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
    unsafe moved.update(from: base, count: count)
    unsafe base.deallocate()
    unsafe base = moved
    capacity = larger
  }

  @inline(__always)
  mutating func append<Value: FixedWidthInteger>(_ value: Value) {
    unsafe UnsafeMutableRawPointer(base + count).storeBytes(of: value.bigEndian, as: Value.self)
    count &+= MemoryLayout<Value>.size
  }

  @inline(__always)
  mutating func append(_ bytes: UnsafePointer<UInt8>, count length: Int) {
    unsafe (base + count).update(from: bytes, count: length)
    count &+= length
  }

  /// Appends up to sixteen bytes of which sixteen can be looked at, with room for as many here.
  @inline(__always)
  mutating func appendShort(_ bytes: UnsafePointer<UInt8>, count length: Int) {
    unsafe UnsafeMutableRawPointer(base + count).storeBytes(
      of: UnsafeRawPointer(bytes).loadUnaligned(as: SIMD16<UInt8>.self), as: SIMD16<UInt8>.self)
    count &+= length
  }

  /// Overwrites the length of a column whose bytes were appended after it.
  @inline(__always)
  mutating func setLength(_ value: Int32, at offset: Int) {
    unsafe UnsafeMutableRawPointer(base + offset).storeBytes(
      of: value.bigEndian, as: Int32.self)
  }

  /// Lends the free room behind the bytes to a writer that says how much of it it filled.
  @inline(__always)
  mutating func appendUnsafe(_ body: (UnsafeMutablePointer<UInt8>) -> Int) {
    count &+= unsafe body(base + count)
  }

  /// Forgets what was appended after an earlier count: a rejected record costs no more than this.
  @inline(__always)
  package mutating func truncate(to earlier: Int) { count = earlier }

  /// Appends the signature and header fields that open a binary COPY.
  package mutating func appendHeader() {
    reserve(19)
    for byte: UInt8 in [0x50, 0x47, 0x43, 0x4f, 0x50, 0x59, 0x0a, 0xff, 0x0d, 0x0a, 0x00] {
      append(byte)
    }
    append(Int32(0))
    append(Int32(0))
  }

  /// Appends the mark that closes a binary COPY.
  package mutating func appendTrailer() {
    reserve(2)
    append(Int16(-1))
  }

  /// Appends one column of text.
  package mutating func appendText(_ text: String) {
    var text = text
    text.withUTF8 { bytes in
      reserve(4 + bytes.count)
      append(Int32(bytes.count))
      if let start = bytes.baseAddress { unsafe append(start, count: bytes.count) }
    }
  }

  /// Appends one column of bytes.
  package mutating func appendBytes(_ bytes: Span<UInt8>) {
    reserve(4 + bytes.count)
    append(Int32(bytes.count))
    unsafe bytes.withUnsafeBufferPointer { bytes in
      if let start = bytes.baseAddress { unsafe append(start, count: bytes.count) }
    }
  }

  /// Appends one column of text, or NULL.
  package mutating func appendText(ifPresent text: String?) {
    if let text { appendText(text) } else { appendNull() }
  }

  /// Appends one column that holds a number of the value's width.
  @inlinable
  package mutating func appendInteger<Value: FixedWidthInteger>(_ value: Value) {
    appendInteger(UInt64(truncatingIfNeeded: value), bytes: MemoryLayout<Value>.size)
  }

  @usableFromInline
  mutating func appendInteger(_ value: UInt64, bytes: Int) {
    reserve(12)
    append(Int32(bytes))
    append(value << (64 - 8 * UInt64(bytes)))
    count &-= 8 - bytes
  }

  /// Appends all that another buffer holds.
  package mutating func append(contentsOf other: borrowing RowBuffer) {
    reserve(other.count)
    unsafe append(other.base, count: other.count)
  }

  /// Appends a column that is NULL.
  package mutating func appendNull() {
    reserve(4)
    append(Int32(-1))
  }

  /// Appends a count of columns.
  package mutating func appendColumnCount(_ columns: Int) {
    reserve(2)
    append(Int16(columns))
  }

  /// Lends the bytes so far.
  package func withBytes<R, E: Error>(_ body: (Span<UInt8>) throws(E) -> R) throws(E) -> R {
    let bytes = unsafe UnsafeBufferPointer(start: base, count: count)
    return try body(unsafe Span(_unsafeElements: bytes))
  }
}
