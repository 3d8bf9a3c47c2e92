/// Memory that replies are received into, kept from one reply to the next.
///
/// Not an array, because an array would be filled with zeros before each receive.
@safe struct ReceiveBuffer: ~Copyable {
  private var memory: UnsafeMutableRawBufferPointer
  private(set) var count = 0

  private static let leastCapacity = 65_536

  /// Creates a buffer that takes memory when it is first filled.
  init() {
    unsafe memory = UnsafeMutableRawBufferPointer(start: nil, count: 0)
  }

  deinit {
    unsafe memory.deallocate()
  }

  /// Forgets what was received.
  mutating func removeAll() {
    count = 0
  }

  /// Makes room for that many bytes in all.
  mutating func reserve(_ capacity: Int) {
    guard unsafe capacity > memory.count else { return }
    let grown = UnsafeMutableRawBufferPointer.allocate(
      byteCount: unsafe max(capacity, memory.count * 2, Self.leastCapacity), alignment: 16)
    unsafe grown.copyMemory(from: UnsafeRawBufferPointer(rebasing: memory[..<count]))
    unsafe memory.deallocate()
    unsafe memory = grown
  }

  /// Lends the free end to a function that fills it and gives the number of bytes, or less than 1.
  mutating func fill(_ receive: (UnsafeMutableRawBufferPointer) -> Int) -> Int {
    if unsafe count == memory.count { reserve(count + 1) }
    let received = unsafe receive(UnsafeMutableRawBufferPointer(rebasing: memory[count...]))
    count += max(received, 0)
    return received
  }

  /// Lends a part of what was received.
  func withBytes<R, E: Error>(
    _ range: Range<Int>, _ body: (Span<UInt8>) throws(E) -> R
  ) throws(E) -> R {
    precondition(range.upperBound <= count, "bytes \(range) of \(count) received")
    let part = unsafe UnsafeRawBufferPointer(rebasing: memory[range])
    return try unsafe body(Span(_unsafeBytes: part))
  }

  /// The text of a part of what was received; what is not UTF-8 becomes U+FFFD.
  func text(_ range: Range<Int>) -> String {
    precondition(range.upperBound <= count, "bytes \(range) of \(count) received")
    return unsafe String(decoding: memory[range], as: UTF8.self)
  }

  /// Moves bytes towards the front, as a chunked body is joined in place.
  mutating func move(_ range: Range<Int>, to destination: Int) {
    precondition(destination <= range.lowerBound && range.upperBound <= count)
    let target = unsafe UnsafeMutableRawBufferPointer(rebasing: memory[destination...])
    unsafe target.copyMemory(from: UnsafeRawBufferPointer(rebasing: memory[range]))
  }
}
