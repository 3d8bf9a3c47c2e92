import CProcess

/// An instant of the calendar, in UTC.
package struct WallClock: Sendable, Equatable {
  package var seconds: Int64
  package var milliseconds: Int64

  package init(seconds: Int64, milliseconds: Int64 = 0) {
    self.seconds = seconds
    self.milliseconds = milliseconds
  }

  static var now: WallClock {
    let milliseconds = cprocess_wall_clock()
    return WallClock(seconds: milliseconds / 1000, milliseconds: milliseconds % 1000)
  }

  var epochMilliseconds: Int64 { seconds * 1000 + milliseconds }

  /// Year, month (1 to 12), day, hour, minute and second, by the proleptic Gregorian calendar.
  package var parts: (year: Int64, month: Int, day: Int, hour: Int, minute: Int, second: Int) {
    let days = seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400
    let rest = Int(seconds - days * 86_400)
    // Days from a first of March, so that leap days stand at the end of a year.
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let day = Int(dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    let month = Int(shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9)
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    return (year, month, day, rest / 3600, rest / 60 % 60, rest % 60)
  }

  /// For example `2021-07-27T16:02:08Z`.
  package var iso8601: String {
    let time = parts
    return
      "\(padded(time.year, 4))-\(padded(time.month))-\(padded(time.day))"
      + "T\(padded(time.hour)):\(padded(time.minute)):\(padded(time.second))Z"
  }

  /// The form of API Gateway's `requestContext.time`: `12/Mar/2020:19:03:58 +0000`.
  package var commonLogFormat: String {
    let time = parts
    let months = [
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
    return
      "\(padded(time.day))/\(months[time.month - 1])/\(padded(time.year, 4))"
      + ":\(padded(time.hour)):\(padded(time.minute)):\(padded(time.second)) +0000"
  }
}

func padded(_ number: some BinaryInteger, _ width: Int = 2) -> String {
  let digits = String(number)
  return String(repeating: "0", count: max(0, width - digits.count)) + digits
}
