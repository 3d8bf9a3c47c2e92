/// The days of four years from 2021 on, one of them a leap year.
struct DayText {
  private let days = PhrasePool(
    (0..<1461).map { day in
      let time = WallClock(seconds: 1_609_459_200 + Int64(day) * 86_400).iso8601
      return String(decoding: time.utf8.prefix(10), as: UTF8.self)
    })

  @inline(__always)
  func appendDay(_ random: inout SampleRandom, to text: inout RecordText) {
    text.append(days, days.any(&random))
  }

  /// Appends a day and a time of it, in UTC.
  @inline(__always)
  func appendTime(_ random: inout SampleRandom, to text: inout RecordText) {
    appendDay(&random, to: &text)
    let second = random.below(86_400)
    text.append("T")
    text.append(number: second / 3600, digits: 2)
    text.append(":")
    text.append(number: second / 60 % 60, digits: 2)
    text.append(":")
    text.append(number: second % 60, digits: 2)
    text.append("Z")
  }
}
