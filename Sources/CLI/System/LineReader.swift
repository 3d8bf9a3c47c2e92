import Glibc

/// Splits what a descriptor delivers into lines.
struct LineReader {
  let descriptor: Int32
  private let onLine: @Sendable (String) -> Void
  private var pending: [UInt8] = []
  private(set) var isAtEnd = false

  /// Longer lines are handed on in pieces.
  private static let lineLimit = 64 * 1024

  init(descriptor: Int32, onLine: @escaping @Sendable (String) -> Void) {
    self.descriptor = descriptor
    self.onLine = onLine
  }

  /// Reads once; blocks unless the descriptor is ready.
  mutating func read() {
    var bytes = [UInt8](repeating: 0, count: 16 * 1024)
    let count = unsafe Glibc.read(descriptor, &bytes, bytes.count)
    if count < 0 && errno == EINTR { return }
    guard count > 0 else {
      isAtEnd = true
      if !pending.isEmpty { flush() }
      return
    }
    for byte in bytes[..<count] {
      if byte == UInt8(ascii: "\n") {
        flush()
      } else {
        pending.append(byte)
        if pending.count >= Self.lineLimit { flush() }
      }
    }
  }

  /// Reads what is there by now: after the process has ended, all it wrote.
  mutating func readRest() {
    while !isAtEnd, !waitForAny([.input(descriptor)], atMost: .zero).isEmpty { read() }
    if !pending.isEmpty { flush() }
  }

  private mutating func flush() {
    if pending.last == UInt8(ascii: "\r") { pending.removeLast() }
    onLine(String(decoding: pending, as: UTF8.self))
    pending.removeAll(keepingCapacity: true)
  }
}
