/// The instant at which the service ends an invocation.
///
/// By the wall clock, as the service gives it: a frozen environment's other clocks stand still.
public struct Deadline: Sendable, Equatable {
  private let millisecondsSince1970: Int64

  init(millisecondsSince1970: Int64) {
    self.millisecondsSince1970 = millisecondsSince1970
  }

  /// A deadline too far away to matter, for invocations that came without one.
  static let none = Deadline(millisecondsSince1970: 253_402_300_799_000)

  /// Makes a deadline that lies that far ahead.
  public static func after(_ duration: Duration) -> Deadline {
    let parts = duration.components
    let milliseconds = parts.seconds * 1000 + parts.attoseconds / 1_000_000_000_000_000
    return Deadline(millisecondsSince1970: WallClock.now().milliseconds + milliseconds)
  }

  /// The time left; negative once the deadline has passed.
  public var remaining: Duration {
    .milliseconds(millisecondsSince1970 - WallClock.now().milliseconds)
  }
}
