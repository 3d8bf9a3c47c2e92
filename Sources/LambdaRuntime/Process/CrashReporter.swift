// How this works
//
// A trap or a stray pointer kills the process by a signal, and the service then knows only that it
// ended. A handler for those signals writes one line that names the invocation, puts back whatever
// handled the signal before, and returns: the fault happens again and takes its usual course.
// Nothing may be allocated or locked there, so workers note their invocation in memory prepared
// beforehand, and the handler runs on a stack of its own, since the usual one may be used up.

internal import Glibc
internal import Synchronization

/// Logs the request id when the process crashes.
enum CrashReporter {
  private static let stackSize = 32 * 1024

  // Addresses as numbers, because pointers cannot be shared between threads as such.
  fileprivate static let slots = Atomic<UInt>(0)
  fileprivate static let slotCount = Atomic<Int>(0)
  fileprivate static let previous = Atomic<UInt>(0)
  fileprivate static let writesJSON = Atomic<Bool>(false)

  /// Installs the handlers, once for the process.
  static func install(format: LogFormat, workers: Int) {
    let bytes = CrashSlot.byteCount * workers
    let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 16)
    // A slot may be looked at by one thread's crash while another has only begun to take it.
    _ = unsafe memory.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
    let actions = UnsafeMutablePointer<sigaction>.allocate(capacity: 65)
    writesJSON.store(format == .json, ordering: .relaxed)
    slots.store(UInt(bitPattern: memory), ordering: .relaxed)
    previous.store(UInt(bitPattern: actions), ordering: .releasing)
    var action = sigaction()
    unsafe action.__sigaction_handler.sa_sigaction = reportCrash
    action.sa_flags = SA_SIGINFO | SA_ONSTACK
    for signal in [SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE, SIGABRT] {
      _ = unsafe sigaction(signal, &action, actions + Int(signal))
    }
  }

  /// Gives the calling thread a slot for its invocations and a stack for the handler.
  static func makeSlot() -> CrashSlot? {
    let index = slotCount.wrappingAdd(1, ordering: .relaxed).oldValue
    guard
      let memory = unsafe UnsafeMutableRawPointer(bitPattern: slots.load(ordering: .relaxed))
    else { return nil }
    var stack = unsafe stack_t()
    unsafe stack.ss_sp = .allocate(byteCount: stackSize, alignment: 16)
    unsafe stack.ss_size = stackSize
    _ = unsafe sigaltstack(&stack, nil)
    return unsafe CrashSlot(
      memory: memory + index * CrashSlot.byteCount, thread: UInt(pthread_self()))
  }
}

/// The invocation of one worker, noted for the crash line: a thread, a length, an id.
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

private func reportCrash(
  signal: Int32, info: UnsafeMutablePointer<siginfo_t>?, context: UnsafeMutableRawPointer?
) {
  var line = CrashLine()
  let isJSON = CrashReporter.writesJSON.load(ordering: .relaxed)
  if isJSON {
    line.append("{\"level\":\"FATAL\",\"message\":\"the process crashed with ")
    line.append(name(of: signal))
    line.append("\",\"requestId\":\"")
    line.appendRequestID(or: "")
    line.append("\"}\n")
  } else {
    line.append("FATAL ")
    line.appendRequestID(or: "-")
    line.append(" the process crashed with ")
    line.append(name(of: signal))
    line.append("\n")
  }
  line.write()
  restore(signal)
  // Only a fault of the processor happens again by itself.
  let isFault = unsafe info.map { unsafe $0.pointee.si_code > 0 } ?? false
  if !isFault { _ = raise(signal) }
}

private func restore(_ signal: Int32) {
  let address = CrashReporter.previous.load(ordering: .acquiring)
  guard let actions = unsafe UnsafeMutablePointer<sigaction>(bitPattern: address) else { return }
  _ = unsafe sigaction(signal, actions + Int(signal), nil)
}

private func name(of signal: Int32) -> StaticString {
  switch signal {
  case SIGILL: "SIGILL"
  case SIGTRAP: "SIGTRAP"
  case SIGSEGV: "SIGSEGV"
  case SIGBUS: "SIGBUS"
  case SIGFPE: "SIGFPE"
  default: "SIGABRT"
  }
}

/// A line that is built without allocating.
private struct CrashLine {
  private var bytes = [384 of UInt8](repeating: 0)
  private var count = 0

  mutating func append(_ text: StaticString) {
    unsafe append(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  mutating func append(_ text: UnsafeRawBufferPointer) {
    for index in 0..<min(text.count, bytes.count - count) {
      unsafe bytes[count] = text[index]
      count += 1
    }
  }

  /// Appends the id of the invocation that the crashed thread was handling.
  mutating func appendRequestID(or placeholder: StaticString) {
    let address = CrashReporter.slots.load(ordering: .relaxed)
    let thread = UInt(pthread_self())
    guard let memory = unsafe UnsafeMutableRawPointer(bitPattern: address) else {
      return append(placeholder)
    }
    let count = CrashReporter.slotCount.load(ordering: .relaxed)
    for index in 0..<count {
      let slot = unsafe CrashSlot(reading: memory + index * CrashSlot.byteCount)
      // With one worker any thread of the process works for its invocation.
      guard slot.thread == thread || count == 1 else { continue }
      let id = unsafe slot.requestID
      if unsafe !id.isEmpty { return unsafe append(id) }
    }
    append(placeholder)
  }

  mutating func write() {
    // A pipe that is full and read by nobody must not keep the process from its end.
    var request = pollfd(fd: 2, events: Int16(POLLOUT), revents: 0)
    guard unsafe poll(&request, 1, 100) > 0 else { return }
    unsafe withUnsafeBytes(of: &bytes) { bytes in
      _ = unsafe Glibc.write(2, bytes.baseAddress, count)
    }
  }
}
