import System
import CProcess
import Glibc

/// A flag that other threads can wait for, alone or together with sockets and processes.
package final class Wakeup: Sendable {
  let descriptor: Int32

  package init() throws(CommandError) {
    descriptor = cprocess_eventfd()
    guard descriptor >= 0 else { throw CommandError.system("create an eventfd") }
  }

  deinit { close(descriptor) }

  package func set() {
    var one: UInt64 = 1
    _ = unsafe write(descriptor, &one, MemoryLayout<UInt64>.size)
  }

  package func clear() {
    var count: UInt64 = 0
    _ = unsafe read(descriptor, &count, MemoryLayout<UInt64>.size)
  }

  package var isSet: Bool { wait(atMost: .zero) }

  /// Waits until the flag is set and says whether it is.
  package func wait(atMost limit: Duration? = nil) -> Bool {
    waitForAny([.input(descriptor)], atMost: limit).contains(0)
  }
}

/// What a thread may wait for.
enum Awaited {
  /// Bytes, an end of file, a set flag or an ended process.
  case input(Int32)
  /// The other end of a connection going away; bytes that have come do not count.
  case hangUp(Int32)
}

/// Waits for any of several descriptors and returns the indices of those that are ready.
///
/// An empty answer means that the time is up. Without a limit it waits for ever.
func waitForAny(_ awaited: [Awaited], atMost limit: Duration? = nil) -> [Int] {
  let end = limit.map { ContinuousClock.now + $0 }
  var entries = awaited.map { item in
    switch item {
    case .input(let descriptor): pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    case .hangUp(let descriptor): pollfd(fd: descriptor, events: cprocess_poll_hang_up, revents: 0)
    }
  }
  while true {
    var milliseconds: Int32 = -1
    if let end {
      let left = ContinuousClock.now.duration(to: end)
      milliseconds = Int32(clamping: left <= .zero ? 0 : left.milliseconds + 1)
    }
    let ready = unsafe poll(&entries, nfds_t(entries.count), milliseconds)
    if ready > 0 { return entries.indices.filter { entries[$0].revents != 0 } }
    if ready == 0 || errno != EINTR { return [] }
  }
}

/// Ctrl-C, SIGTERM and a closed terminal, turned into a flag.
///
/// Must be set up before any other thread starts. A second signal ends the process at once; the
/// kernel then ends the children.
struct StopSignals: Sendable {
  let requested: Wakeup

  init() throws(CommandError) {
    let requested = try Wakeup()
    self.requested = requested
    var signals = sigset_t()
    unsafe sigemptyset(&signals)
    for number in [SIGINT, SIGTERM, SIGHUP] { unsafe sigaddset(&signals, number) }
    unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)
    signal(SIGPIPE, SIG_IGN)
    let awaited = signals
    try Thread.detached {
      var signals = awaited
      var number: Int32 = 0
      unsafe sigwait(&signals, &number)
      requested.set()
      unsafe sigwait(&signals, &number)
      _exit(128 + number)
    }
  }
}
