internal import Glibc

/// The variable `_X_AMZN_TRACE_ID`, by which X-Ray clients in the process find the trace.
///
/// It is changed in place through `putenv`: `setenv` keeps every value it was ever given, which in
/// an environment that lives for hours is a leak.
@safe struct TraceVariable: ~Copyable {
  private static let prefix: StaticString = "_X_AMZN_TRACE_ID="

  private var memory: UnsafeMutablePointer<CChar>
  private var capacity: Int
  private var isSet = false

  init() {
    capacity = 1024
    unsafe memory = Self.allocate(capacity)
    _ = unsafe unsetenv("_X_AMZN_TRACE_ID")
  }

  deinit {
    _ = unsafe unsetenv("_X_AMZN_TRACE_ID")
    unsafe memory.deallocate()
  }

  /// Removes the variable, because the invocation is not traced.
  mutating func remove() {
    if isSet { _ = unsafe unsetenv("_X_AMZN_TRACE_ID") }
    isSet = false
  }

  /// Sets the variable.
  mutating func set(_ traceID: Span<UInt8>) {
    let start = Self.prefix.utf8CodeUnitCount
    grow(to: start + traceID.count + 1)
    unsafe traceID.withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress else { return }
      unsafe UnsafeMutableRawPointer(memory + start).copyMemory(from: base, byteCount: bytes.count)
    }
    unsafe memory[start + traceID.count] = 0
    if !isSet { _ = unsafe putenv(memory) }
    isSet = true
  }

  private mutating func grow(to needed: Int) {
    guard needed > capacity else { return }
    remove()
    unsafe memory.deallocate()
    capacity = needed * 2
    unsafe memory = Self.allocate(capacity)
  }

  private static func allocate(_ capacity: Int) -> UnsafeMutablePointer<CChar> {
    let memory = UnsafeMutablePointer<CChar>.allocate(capacity: capacity)
    for index in 0..<prefix.utf8CodeUnitCount {
      unsafe memory[index] = CChar(bitPattern: prefix.utf8Start[index])
    }
    return unsafe memory
  }
}
