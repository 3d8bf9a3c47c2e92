import JSON

/// What the stub is told to do from now on.
protocol StubOrder: Decodable {
  /// What is wrong with it, if something is.
  var flaw: String? { get }
}

/// How many postings are to change, and how: the body of `POST /stub/change`.
package struct StubChange: StubOrder, Codable, Sendable {
  package var changed = 0
  package var dropped = 0
  package var added = 0
  /// Decides which; without one every order goes on where the last one ended.
  package var seed: UInt64?

  package init(changed: Int, dropped: Int, added: Int, seed: UInt64? = nil) {
    (self.changed, self.dropped, self.added, self.seed) = (changed, dropped, added, seed)
  }

  package init(from decoder: any Decoder) throws {
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
