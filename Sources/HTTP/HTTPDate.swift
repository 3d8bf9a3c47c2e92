internal import System

/// Reads the date format of HTTP headers (RFC 9110, IMF-fixdate).
public enum HTTPDate {
  /// Returns the Unix time of a text such as `Sun, 06 Nov 1994 08:49:37 GMT`.
  public static func parse(_ text: String) -> Int64? {
    let words = text.split(separator: " ")
    guard words.count == 6, words[0].hasSuffix(","), words[5] == "GMT",
      let day = number(words[1], in: 1...31),
      let month = CivilDate.monthNames.firstIndex(of: String(words[2])),
      let year = number(words[3], in: 1600...9999), let date = CivilDate(year, month + 1, day)
    else { return nil }
    let time = words[4].split(separator: ":", omittingEmptySubsequences: false)
    guard time.count == 3, let hour = number(time[0], in: 0...23),
      let minute = number(time[1], in: 0...59), let second = number(time[2], in: 0...60)
    else { return nil }
    return Int64(date.daysSince1970 * 86_400 + hour * 3600 + minute * 60 + second)
  }

  private static func number(_ text: Substring, in range: ClosedRange<Int>) -> Int? {
    guard text.utf8.allSatisfy(\.isASCIIDigit), let value = Int(text),
      range.contains(value)
    else { return nil }
    return value
  }
}
