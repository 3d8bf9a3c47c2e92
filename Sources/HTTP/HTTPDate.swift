/// Reads the date format of HTTP headers (RFC 9110, IMF-fixdate).
public enum HTTPDate {
  /// Returns the Unix time of a text such as `Sun, 06 Nov 1994 08:49:37 GMT`.
  public static func parse(_ text: String) -> Int64? {
    let words = text.split(separator: " ")
    guard words.count == 6, words[0].hasSuffix(","), words[5] == "GMT",
      let day = number(words[1], in: 1...31),
      let month = months.firstIndex(of: words[2]),
      let year = number(words[3], in: 1600...9999)
    else { return nil }
    let time = words[4].split(separator: ":", omittingEmptySubsequences: false)
    guard time.count == 3, let hour = number(time[0], in: 0...23),
      let minute = number(time[1], in: 0...59), let second = number(time[2], in: 0...60)
    else { return nil }
    return days(year: year, month: Int64(month) + 1, day: day) * 86400
      + hour * 3600 + minute * 60 + second
  }

  private static let months: [Substring] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  private static func number(_ text: Substring, in range: ClosedRange<Int64>) -> Int64? {
    guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let value = Int64(text),
      range.contains(value)
    else { return nil }
    return value
  }

  /// Counts the days from 1970-01-01 to a date of the Gregorian calendar.
  ///
  /// Years are taken to begin in March, so that the leap day is a year's last.
  public static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
    let year = month <= 2 ? year - 1 : year
    let monthFromMarch = (month + 9) % 12
    let leapDays = year / 4 - year / 100 + year / 400
    return year * 365 + leapDays + (monthFromMarch * 153 + 2) / 5 + day - 1 - 719_468
  }
}
