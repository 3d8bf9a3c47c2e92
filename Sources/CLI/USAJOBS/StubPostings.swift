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
