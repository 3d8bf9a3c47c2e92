internal import Glibc

extension Duration {
  /// The duration in seconds, to the microsecond.
  package var seconds: Double {
    let (whole, fraction) = components
    return Double(whole) + Double(fraction / 1_000_000_000_000) / 1_000_000
  }

  /// The duration in milliseconds, rounded towards zero; one of over 30 years counts as 30.
  package var milliseconds: Int {
    let (seconds, attoseconds) = components
    let bounded = min(max(seconds, -1_000_000_000), 1_000_000_000)
    return Int(bounded) * 1000 + Int(attoseconds / 1_000_000_000_000_000)
  }

  /// Blocks the thread for that long, signals or not.
  package func sleep() {
    let (seconds, attoseconds) = components
    var time = timespec(tv_sec: Int(seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
    var left = timespec()
    while unsafe nanosleep(&time, &left) != 0, errno == EINTR { time = left }
  }
}
