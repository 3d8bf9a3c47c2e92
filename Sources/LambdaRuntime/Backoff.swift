internal import Glibc

/// Waits that double, each shortened by chance so that many environments do not ask in step.
struct Backoff {
  static let patient = Backoff(first: .milliseconds(50), most: .seconds(2), attempts: 8)
  static let brief = Backoff(first: .milliseconds(20), most: .milliseconds(100), attempts: 3)

  let first: Duration
  let most: Duration
  let attempts: Int

  private var taken = 0

  init(first: Duration, most: Duration, attempts: Int) {
    self.first = first
    self.most = most
    self.attempts = attempts
  }

  /// Waits before another attempt; false when there were enough of them.
  mutating func wait() -> Bool {
    taken += 1
    guard taken < attempts else { return false }
    let longest = min(first * (1 << min(taken - 1, 16)), most)
    Self.sleep(longest * Double.random(in: 0.5...1))
    return true
  }

  /// Forgets the attempts so far, because one succeeded.
  mutating func reset() {
    taken = 0
  }

  private static func sleep(_ duration: Duration) {
    let parts = duration.components
    var time = timespec(
      tv_sec: Int(parts.seconds), tv_nsec: Int(parts.attoseconds / 1_000_000_000))
    var left = timespec()
    while unsafe nanosleep(&time, &left) != 0 && errno == EINTR { time = left }
  }
}
