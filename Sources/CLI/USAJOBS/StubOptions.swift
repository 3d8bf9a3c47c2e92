/// What the stub of the USAJOBS Search API serves, and how fast.
package struct StubOptions: Sendable, Equatable {
  /// 0 takes a free one.
  package var port: UInt16 = 0
  package var postings = 120
  /// How many places most postings list.
  package var locations = 40
  package var seed: UInt64 = 1
  package var latencyMilliseconds = 0
  /// The day the stub takes for today: postings were published before it and close after it.
  package var today = StubDay.firstOfThisMonth

  package init() {}
}
