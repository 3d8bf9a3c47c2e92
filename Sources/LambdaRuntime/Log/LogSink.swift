internal import Glibc
internal import Synchronization
internal import System

/// Writes whole lines to a descriptor, and never waits long for a reader that does not read them.
package final class LogSink: Sendable {
  private struct State {
    var dropped = 0
    // What is left of a record that was taken in part: others must not run into it.
    var rest: [UInt8] = []
    // Set once a record was not taken whole: later ones are tried, but not waited for.
    var isStalled = false
  }

  // A pipe that poll calls writable takes this much without blocking (pipe(7): PIPE_BUF).
  private static let piece = 4096
  private static let patienceMilliseconds: Int32 = 100

  private let descriptor: Int32
  private let telemetryDescriptor: Int32?
  private let state = Mutex(State())

  package init(descriptor: Int32, telemetryDescriptor: Int32? = nil) {
    self.descriptor = descriptor
    self.telemetryDescriptor = telemetryDescriptor
  }

  /// Takes the descriptor of the service's log channel out of the environment, if there is one, so
  /// that a child process does not write frames to it as well.
  static func takeTelemetryDescriptor() -> Int32? {
    let name = "_LAMBDA_TELEMETRY_LOG_FD"
    guard let text = EnvironmentVariables()[name] else { return nil }
    _ = unsafe unsetenv(name)
    return Int32(text)
  }

  func write(_ line: [UInt8], level: LogLevel, format: LogFormat) {
    state.withLock { state in
      guard sendRest(&state), sendNotice(&state) else {
        state.dropped += 1
        return
      }
      let patience = state.isStalled ? 0 : Self.patienceMilliseconds
      if !send(record(line, level, format), patience: patience, &state) { state.dropped += 1 }
    }
  }

  private func sendRest(_ state: inout State) -> Bool {
    let sent = send(state.rest.span, patience: 0)
    state.rest.removeFirst(sent)
    return state.rest.isEmpty
  }

  private func sendNotice(_ state: inout State) -> Bool {
    guard state.dropped > 0 else { return true }
    let notice = Array("\(state.dropped) log records were dropped: nobody read them\n".utf8)
    guard send(record(notice, .warn, .text), patience: 0, &state) else { return false }
    state.dropped = 0
    return state.rest.isEmpty
  }

  // On the service's log channel a frame stands in place of the newline: sixteen bytes, big-endian:
  // the type with the level in bits 2 to 4, the length, and microseconds since 1970.
  private func record(_ line: [UInt8], _ level: LogLevel, _ format: LogFormat) -> [UInt8] {
    guard telemetryDescriptor != nil else { return line }
    let type: UInt32 = (format == .json ? 0xA55A_0002 : 0xA55A_0003) | level.code << 2
    let microseconds = UInt64(WallClock.now.milliseconds) * 1000
    return Self.bytes(of: type) + Self.bytes(of: UInt32(line.count - 1))
      + Self.bytes(of: microseconds) + line.dropLast()
  }

  private static func bytes<T: FixedWidthInteger>(of number: T) -> [UInt8] {
    stride(from: T.bitWidth - 8, through: 0, by: -8).map { UInt8(truncatingIfNeeded: number >> $0) }
  }

  // A record that was begun is not lost: its rest goes before the next.
  private func send(_ record: [UInt8], patience: Int32, _ state: inout State) -> Bool {
    let sent = send(record.span, patience: patience)
    state.isStalled = sent < record.count
    if sent > 0 { state.rest = Array(record[sent...]) }
    return sent > 0
  }

  /// Sends as much as is taken, and tells how much that was.
  private func send(_ bytes: Span<UInt8>, patience: Int32) -> Int {
    let descriptor = telemetryDescriptor ?? descriptor
    var sent = 0
    while sent < bytes.count {
      var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
      guard unsafe poll(&request, 1, patience) > 0, request.revents & Int16(POLLNVAL) == 0 else {
        return sent
      }
      let piece = bytes.extracting(sent..<min(sent + Self.piece, bytes.count))
      let written = unsafe piece.withUnsafeBytes {
        unsafe Glibc.write(descriptor, $0.baseAddress, $0.count)
      }
      if written < 0 && errno != EINTR { return sent }
      sent += max(written, 0)
    }
    return sent
  }
}
