/// Orders, a wide file: id, reference, customer, street, city, country, email, phone, placed_at,
/// shipped_on, status, category, total, tax, quantity, latitude, longitude, is_gift, tags, note.
struct OrderRecords: SampleRecords {
  static let layout = RecordLayout(
    key: 0, text: 4, time: 8, integer: 14,
    uuid: 1, date: 9, number: 12, boolean: 17, kinds: BadKind.ofEveryRecord + BadKind.ofWideRecords)

  private let customers = PhrasePool(SampleNames.quotedPeople)
  private let streets = PhrasePool(SampleNames.streets)
  private let cities = PhrasePool(SampleNames.places + SampleNames.farPlaces)
  private let countries = PhrasePool(["CH", "DK", "GR", "IE", "IS", "JP", "PL", "UY"])
  private let states = PhrasePool(["new", "paid", "packed", "on its way", "delivered", "returned"])
  private let words = PhrasePool(SampleNames.words)
  private let days = DayText()
  private var random: SampleRandom

  init(seed: UInt64) {
    random = SampleRandom(seed: seed)
  }

  mutating func append(record: Int, to text: inout RecordText) {
    text.append(number: record)
    text.append(",")
    appendUUID(to: &text)
    text.append(",")
    text.append(customers, customers.any(&random))
    text.append(",")
    appendStreet(to: &text)
    text.append(",")
    text.append(cities, cities.any(&random))
    text.append(",")
    text.append(countries, countries.any(&random))
    text.append(",")
    appendReach(record, to: &text)
    text.append(",")
    days.appendTime(&random, to: &text)
    text.append(",")
    if random.below(2) == 0 { days.appendDay(&random, to: &text) }
    text.append(",")
    text.append(states, states.any(&random))
    text.append(",")
    text.append(0x41 + UInt8(random.below(6)))
    text.append(number: random.below(30))
    text.append(",")
    appendAmounts(to: &text)
    text.append(",")
    appendPlace(to: &text)
    text.append(",")
    text.append(random.below(2) == 0 ? "true" : "false")
    text.append(",")
    appendTags(to: &text)
    text.append(",")
    appendNote(to: &text)
  }

  private mutating func appendUUID(to text: inout RecordText) {
    let high = random.next()
    let low = random.next()
    text.append(hex: high &>> 32, digits: 8)
    text.append("-")
    text.append(hex: high &>> 16, digits: 4)
    text.append("-4")
    text.append(hex: high, digits: 3)
    text.append("-a")
    text.append(hex: low &>> 48, digits: 3)
    text.append("-")
    text.append(hex: low, digits: 12)
  }

  /// One in four has two lines.
  private mutating func appendStreet(to text: inout RecordText) {
    text.append("\"")
    text.append(number: 1 + random.below(999))
    text.append(" ")
    text.append(streets, streets.any(&random))
    if random.below(4) == 0 {
      text.endLine()
      text.append("Floor ")
    } else {
      text.append(", door ")
    }
    text.append(number: 1 + random.below(90))
    text.append("\"")
  }

  /// Email and telephone number, either of which may be absent.
  private mutating func appendReach(_ record: Int, to text: inout RecordText) {
    if random.below(10) > 0 {
      text.append("customer.")
      text.append(number: record)
      text.append("@example.org")
    }
    text.append(",")
    guard random.below(5) > 0 else { return }
    text.append("+")
    text.append(number: random.below(100_000_000_000), digits: 9)
  }

  /// Total, tax and quantity.
  private mutating func appendAmounts(to text: inout RecordText) {
    let cents = random.below(10_000_000)
    text.append(number: cents / 100)
    text.append(".")
    text.append(number: cents % 100, digits: 2)
    text.append(",")
    let tax = cents * 7
    text.append(number: tax / 10_000)
    text.append(".")
    text.append(number: tax % 10_000, digits: 4)
    text.append(",")
    text.append(number: random.below(5000))
  }

  private mutating func appendPlace(to text: inout RecordText) {
    for limit in [90, 180] {
      if limit == 180 { text.append(",") }
      let place = random.below(2_000_000 * limit) - 1_000_000 * limit
      if place < 0 { text.append("-") }
      text.append(number: abs(place) / 1_000_000)
      text.append(".")
      text.append(number: abs(place) % 1_000_000, digits: 6)
    }
  }

  /// None up to three, which then stand in quotes.
  private mutating func appendTags(to text: inout RecordText) {
    let count = random.below(4)
    if count > 1 { text.append("\"") }
    for index in 0..<count {
      if index > 0 { text.append(",") }
      text.append(words, words.any(&random))
    }
    if count > 1 { text.append("\"") }
  }

  /// None up to 24 words, some of them quoted, some with a line end among them.
  private mutating func appendNote(to text: inout RecordText) {
    let count = random.below(24)
    guard count > 0 else { return }
    let hasQuotes = random.below(5) == 0
    let hasLineEnd = random.below(10) == 0
    if hasQuotes || hasLineEnd { text.append("\"") }
    for index in 0..<count {
      if index > 0 { text.append(" ") }
      if hasLineEnd, index == count / 2 { text.endLine() }
      if hasQuotes, index == 0 { text.append("\"\"") }
      text.append(words, words.any(&random))
      if hasQuotes, index == 0 { text.append("\"\"") }
    }
    if hasQuotes || hasLineEnd { text.append("\"") }
  }
}
