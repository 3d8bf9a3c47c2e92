internal import Glibc
internal import Synchronization

/// Where invocations wait for each other, which only invocations running at once can.
enum MeetingPoint {
  private static let arrived = Atomic<Int>(0)

  /// Waits until so many have come; false when they do not within a minute.
  static func meet(_ count: Int) -> Bool {
    arrived.wrappingAdd(1, ordering: .relaxed)
    for _ in 0..<60_000 {
      if arrived.load(ordering: .relaxed) >= count { return true }
      usleep(1000)
    }
    return false
  }
}
