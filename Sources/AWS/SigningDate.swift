internal import System

/// Writes a time as Signature Version 4 wants it, such as `20130524T000000Z`.
struct SigningDate: Sendable {
  let unixTime: Int64
  /// Date and time.
  let stamp: String
  /// The date alone.
  var day: String { String(stamp.prefix(8)) }

  /// Makes the text of a Unix time.
  init(unixTime: Int64) {
    self.unixTime = unixTime
    stamp = WallClock(seconds: unixTime).iso8601.filter { $0 != "-" && $0 != ":" }
  }
}
