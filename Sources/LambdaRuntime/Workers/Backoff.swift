internal import Glibc

/// Waits that double, each shortened at random so that many environments do not retry in step.
struct Backoff {
  static let patient = Backoff(first: .milliseconds(50), most: .seconds(2), attempts: 8)
  static let brief = Backoff(first: .milliseconds(20), most: .milliseconds(100), attempts: 3)

  let first: Duration
  let most: Duration
  let attempts: Int
  private(set) var taken = 0

  /// Waits before another attempt; false once all attempts are used.
  mutating func wait() -> Bool {
    taken += 1
    guard taken < attempts else { return false }
    let longest = min(first * (1 << (taken - 1)), most)
    usleep(useconds_t(longest * Double.random(in: 0.5...1) / .microseconds(1)))
    return true
  }

  /// Forgets the attempts so far, because one succeeded.
  mutating func reset() {
    taken = 0
  }
}
