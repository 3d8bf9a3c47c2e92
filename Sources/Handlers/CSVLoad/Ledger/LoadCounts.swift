/// Where the records of a load went; each is counted exactly once.
package struct LoadCounts: Sendable, Equatable {
  package var read = 0
  package var inserted = 0
  package var updated = 0
  package var unchanged = 0
  package var superseded = 0
  package var rejected = 0
  package var pending = 0

  package init() {}

  /// Whether every record read is accounted for.
  package var isBalanced: Bool {
    read == inserted + updated + unchanged + superseded + rejected + pending
  }
}
