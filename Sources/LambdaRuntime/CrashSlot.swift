/// Where one worker notes its invocation for the crash line: a thread, a length, an id.
@safe struct CrashSlot {
  static let idLimit = 128
  static let byteCount = 16 + idLimit

  private let memory: UnsafeMutableRawPointer

  init(memory: UnsafeMutableRawPointer, thread: UInt) {
    unsafe self.memory = memory
    unsafe memory.storeBytes(of: 0, toByteOffset: 8, as: Int.self)
    unsafe memory.storeBytes(of: thread, as: UInt.self)
  }

  init(reading memory: UnsafeMutableRawPointer) {
    unsafe self.memory = memory
  }

  var thread: UInt { unsafe memory.load(as: UInt.self) }

  /// The id noted last; empty between invocations.
  var requestID: UnsafeRawBufferPointer {
    let count = unsafe memory.load(fromByteOffset: 8, as: Int.self)
    return unsafe UnsafeRawBufferPointer(start: memory + 16, count: min(count, Self.idLimit))
  }

  func set(_ requestID: Span<UInt8>) {
    let count = min(requestID.count, Self.idLimit)
    unsafe requestID.withUnsafeBytes { bytes in
      unsafe (memory + 16).copyMemory(
        from: bytes.baseAddress ?? UnsafeRawPointer(memory), byteCount: count)
    }
    unsafe memory.storeBytes(of: count, toByteOffset: 8, as: Int.self)
  }

  func clear() {
    unsafe memory.storeBytes(of: 0, toByteOffset: 8, as: Int.self)
  }
}
