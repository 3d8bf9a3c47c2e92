/// The faults and delays that the stub is set to.
protocol StubOrder: Decodable {
  /// What is wrong with it, if something is.
  var flaw: String? { get }
}

/// How many postings are to change, and how: the body of `POST /stub/change`.
struct StubChange: StubOrder, Codable, Sendable {
  var changed = 0
  var dropped = 0
  var added = 0
  /// Decides which; without one every order goes on where the last one ended.
  var seed: UInt64?

  init(changed: Int, dropped: Int, added: Int, seed: UInt64? = nil) {
    (self.changed, self.dropped, self.added, self.seed) = (changed, dropped, added, seed)
  }

  init(from decoder: any Decoder) throws {
    let members = try decoder.container(keyedBy: CodingKeys.self)
    changed = try members.decodeIfPresent(Int.self, forKey: .changed) ?? 0
    dropped = try members.decodeIfPresent(Int.self, forKey: .dropped) ?? 0
    added = try members.decodeIfPresent(Int.self, forKey: .added) ?? 0
    seed = try members.decodeIfPresent(UInt64.self, forKey: .seed)
  }

  var flaw: String? {
    [changed, dropped, added].allSatisfy((0...100_000).contains)
      ? nil : "changed, dropped and added are numbers from 0 to 100000"
  }
}

/// The ids of the postings that changed.
package struct StubChangeReport: Codable, Sendable, Equatable {
  package var changed: [String] = []
  package var dropped: [String] = []
  package var added: [String] = []
  /// How many there are now.
  package var postings = 0
}

/// What is wrong with the next answers: the body of `POST /stub/fault`.
struct StubFault: StubOrder, Decodable, Sendable {
  enum Kind: String, Sendable, Decodable {
    /// Another status, with a problem document.
    case status
    /// A page for people, with status 200.
    case html
    /// Half of the JSON.
    case truncated
    /// Status 200 and no body.
    case empty
    /// The right answer, late.
    case slow
    /// No answer, for as long as the client waits.
    case hang
    /// The connection ends: at once, or after some bytes of the body.
    case close
    /// One posting of the page cannot be read.
    case oneBad
    /// A new posting pushes the rest on by one, so that the page before ended with this page's first.
    case duplicate
    /// A posting of an earlier page is gone, so that the rest moves up by one.
    case shrink
  }

  var kind: Kind
  /// How many answers it is for; 1 unless given.
  var times: Int?
  /// For `status`; 503 unless given.
  var status: Int?
  /// For `status`: the header Retry-After, as it is to be sent.
  var retryAfter: String?
  /// For `slow`; 1000 unless given.
  var milliseconds: Int?
  /// For `close`: how many bytes of the body are sent first.
  var after: Int?
  /// For `oneBad`.
  var breakage: StubBreakage?

  var flaw: String? {
    if !(0...1_000_000).contains(times ?? 1) { return "times is a number from 0 to 1000000" }
    if !(200...599).contains(status ?? 503) { return "status is a number from 200 to 599" }
    if !(0...600_000).contains(milliseconds ?? 0) {
      return "milliseconds is a number from 0 to 600000"
    }
    return after ?? 0 < 0 ? "after is a number of bytes" : nil
  }

  /// There is no page before the first.
  var needsEarlierPage: Bool { kind == .duplicate || kind == .shrink }
}

/// The faults still to come, in the order they were given.
struct StubFaults {
  private var waiting: [StubFault] = []

  var count: Int { waiting.reduce(0) { $0 + ($1.times ?? 1) } }

  mutating func add(_ fault: StubFault) {
    if fault.times ?? 1 > 0 { waiting.append(fault) }
  }

  mutating func clear() { waiting = [] }

  /// Takes the fault for a page; one that needs a page before it waits for that.
  mutating func next(forPage page: Int) -> StubFault? {
    guard let fault = waiting.first, !fault.needsEarlierPage || page > 1 else { return nil }
    let left = (fault.times ?? 1) - 1
    if left > 0 { waiting[0].times = left } else { waiting.removeFirst() }
    return fault
  }
}
