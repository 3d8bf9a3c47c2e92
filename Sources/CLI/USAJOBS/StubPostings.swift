/// All postings of the stub, and the ways in which they change.
struct StubPostings: Sendable {
  /// In the order they were made.
  private(set) var all: [StubPosting] = []
  private var items: [StubItem] = []
  private var ids: Set<String> = []
  /// Grows with every change, so that what was derived from an older state is known as such.
  private(set) var version = 0

  let options: StubOptions
  private var random: SampleRandom

  init(_ options: StubOptions) {
    self.options = options
    random = SampleRandom(seed: options.seed)
    for index in 0..<options.postings {
      insert(
        slot: index % StubPosting.slots, round: index / StubPosting.slots,
        id: 810_000_000 + 100 * index, seed: random.next())
    }
  }

  /// The posting at a position as part of an answer; a broken one is one that nobody can read.
  func item(_ index: Int, isMinimal: Bool, broken: StubBreakage? = nil) -> [LentBytes] {
    let item = broken.map { StubItem(all[index], broken: $0) } ?? items[index]
    return isMinimal ? item.minimal : item.full
  }

  /// Changes, drops and adds postings that match the standard search.
  ///
  /// The same seed does the same to the same postings; ids of new ones depend on it too.
  mutating func change(_ order: StubChange) -> StubChangeReport {
    var random = order.seed.map { SampleRandom(seed: $0) } ?? random
    var report = StubChangeReport()
    var candidates = all.indices.filter { all[$0].slot < StubPosting.standardSlots }
    for _ in 0..<min(order.changed, candidates.count) {
      let index = candidates.remove(at: random.below(candidates.count))
      all[index].change()
      items[index] = StubItem(all[index])
      report.changed.append(all[index].id)
    }
    var doomed: [Int] = []
    for _ in 0..<min(order.dropped, candidates.count) {
      doomed.append(candidates.remove(at: random.below(candidates.count)))
    }
    for index in doomed.sorted(by: >) { report.dropped.append(drop(at: index)) }
    for number in 0..<order.added {
      let id = 900_000_000 + random.below(99_999_999)
      insert(
        slot: number % StubPosting.standardSlots, round: all.count / StubPosting.slots, id: id,
        seed: random.next())
      report.added += all.last.map { [$0.id] } ?? []
    }
    if order.seed == nil { self.random = random }
    report.postings = all.count
    version += 1
    return report
  }

  /// Takes a posting away and returns its id.
  @discardableResult
  mutating func drop(at index: Int) -> String {
    version += 1
    items.remove(at: index)
    let id = all.remove(at: index).id
    ids.remove(id)
    return id
  }

  private mutating func insert(slot: Int, round: Int, id: Int, seed: UInt64) {
    var id = id
    while !ids.insert(String(id)).inserted { id += 1 }
    let posting = StubPosting(
      id: String(id), slot: slot, round: round, seed: seed, today: options.today,
      locations: options.locations, ringSize: StubPlaceRing.size)
    all.append(posting)
    items.append(StubItem(posting))
  }
}

/// One posting of the stub.
///
/// Which peculiarities of the service it shows follows from its slot, one of twenty; the rest is
/// drawn from its seed. Postings in the first thirteen slots match the search for
/// `data engineering` in `Chicago, Illinois`.
struct StubPosting: Sendable {
  static let slots = 20
  static let standardSlots = 13

  let id: String
  let slot: Int
  /// How often each slot was filled before.
  let round: Int
  let seed: UInt64
  /// How often it was changed.
  private(set) var revision = 0

  let era: StubEra
  let title: String
  let positionID: String
  let organization: StubWords.Organization
  let categories: [(name: String, code: String)]
  let payPlan: String
  let lowGrade: String
  let highGrade: String
  let interval: StubInterval
  /// In cents.
  private(set) var minimum: Int
  private(set) var maximum: Int
  let published: StubDay
  private(set) var closes: StubDay
  let isRemote: Bool
  /// The places that searches find it by.
  let homes: [StubPlace]
  /// The other places.
  let window: StubWindow

  init(
    id: String, slot: Int, round: Int, seed: UInt64, today: StubDay, locations: Int, ringSize: Int
  ) {
    var random = SampleRandom(seed: seed)
    (self.id, self.slot, self.round, self.seed) = (id, slot, round, seed)
    era = [3, 8, 16].contains(slot) ? .year2021 : [5, 11].contains(slot) ? .year2016 : .year2025
    let isOther = slot == 13 || slot == 14
    title =
      isOther
      ? StubWords.otherTitles[slot - 13] : StubWords.titles[slot % StubWords.titles.count]
    // Standing notices all have the same announcement.
    positionID =
      slot == 7 ? "Open Notice - Data" : "SL-\(era == .year2016 ? 16 : 26)-\(id.prefix(6))-\(slot)"
    organization = random.pick(StubWords.organizations)
    categories = isOther ? [StubWords.otherCategories[slot - 13]] : Self.categories(slot, round)
    (payPlan, lowGrade, highGrade) = Self.grades(slot)
    let interval = Self.interval(slot, round)
    self.interval = interval
    (minimum, maximum) = Self.pay(interval, &random)
    published = today + -random.below(45)
    closes = today + (35 + random.below(60))
    isRemote = slot == 19
    homes = Self.homes(slot)
    window = Self.window(slot, locations, ringSize, homes.count, &random)
  }

  /// Changes what a reader has to notice: the pay and the closing date.
  mutating func change() {
    revision += 1
    minimum += 100_000
    maximum += 150_000
    closes = closes + 7
  }

  /// The most it pays, made yearly, in dollars; nil without an interval that can be.
  var annualMaximum: Double? { interval.timesAYear.map { $0 * Double(maximum) / 100 } }

  /// What keywords are looked for in.
  var summary: String {
    var random = SampleRandom(seed: seed ^ 0x73756d)
    let task = random.pick(StubWords.tasks)
    let kind = slot == 13 || slot == 14 ? "an opening" : "a data engineering opening"
    let place = homes[0].name
    let again = revision == 0 ? "" : " Amended \(revision) time(s)."
    switch era {
    case .year2016: return "This is \(kind) &amp; more &#45; \(place). \(task).\(again)"
    case .year2021: return "This is \(kind).\n\n\(task) &amp; reports on it.\(again)"
    case .year2025: return "This is \(kind) – “\(task)” 🗺\(again)"
    }
  }

  var qualifications: String {
    var random = SampleRandom(seed: seed ^ 0x7175616c)
    return "Who may apply: everybody.\n" + StubWords.prose(1200, &random)
  }

  var locationDisplay: String {
    if isRemote { return StubPlaces.anywhere.name }
    if homes.count + window.count == 1 { return homes[0].name }
    return slot % 2 == 0
      ? "May be filled in various \(organization.name) duty locations" : "Multiple Locations"
  }

  private static func categories(_ slot: Int, _ round: Int) -> [(name: String, code: String)] {
    let all = StubWords.categories
    if slot == 4 { return all }
    return (0...(slot % 3)).map { all[(slot + round + 5 * $0) % all.count] }
  }

  private static func grades(_ slot: Int) -> (String, String, String) {
    switch slot {
    case 1: ("FV", "J", "J")
    case 4: ("GS", "04", "07")
    case 6: ("FV", "G", "I")
    case 7: ("ES", "00", "00")
    case 10: ("AD", "22", "22")
    case 2, 9: ("WG", "5", "11")
    case 13: ("VN", "1", "3")
    default: ("GS", String(7 + slot % 6), String(9 + slot % 7))
    }
  }

  private static func interval(_ slot: Int, _ round: Int) -> StubInterval {
    switch slot {
    case 2: return .hour
    case 5: return [.hour, .twoWeeks, .unpaid][round % 3]
    case 6, 9:
      let rare: [StubInterval] = [
        .twoWeeks, .day, .month, .unpaid, .piece, .fee, .stipend, .schoolYear,
      ]
      return rare[(2 * round + (slot == 6 ? 0 : 1)) % rare.count]
    default: return .year
    }
  }

  private static func pay(_ interval: StubInterval, _ random: inout SampleRandom) -> (Int, Int) {
    let yearly = 34_000 + random.below(90_000)
    let spread = 110 + random.below(50)
    switch interval {
    case .year: return (yearly * 100, yearly * spread)
    case .unpaid: return (0, 0)
    default:
      // Cents, as hourly pay has them.
      let amount = Int(Double(yearly) * 100 / (interval.timesAYear ?? 12))
      return (amount, amount * spread / 100)
    }
  }

  private static func homes(_ slot: Int) -> [StubPlace] {
    switch slot {
    case 15, 16, 17: [StubPlaces.aroundChicago[slot - 15]]
    case 18: [StubPlaces.seattle]
    case 19: [StubPlaces.anywhere]
    case 4: [StubPlaces.chicago, StubPlaces.chicago]
    case 10: [StubPlaces.chicago, StubPlaces.abroad[0]]
    case 11, 12: [StubPlaces.chicago, StubPlaces.negotiable]
    default: [StubPlaces.chicago]
    }
  }

  /// Half of the postings have the same long list, as the service's standing notices do.
  private static func window(
    _ slot: Int, _ locations: Int, _ ringSize: Int, _ homes: Int, _ random: inout SampleRandom
  ) -> StubWindow {
    let count = slot == 19 || slot == 9 ? 0 : max(0, locations - homes)
    return StubWindow(start: slot % 2 == 0 ? 0 : random.below(ringSize), count: count)
  }
}
