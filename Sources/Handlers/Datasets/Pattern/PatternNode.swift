/// A pattern as it was read, before it becomes a matcher.
indirect enum PatternNode {
  /// The bytes that a pattern may be and the parentheses that may stand in one another.
  static let lengthLimit = 10_000
  static let depthLimit = 100

  case set(ScalarSet)
  case sequence([PatternNode])
  case choice([PatternNode])
  /// At least so often, and at most so often unless it is nil.
  case repeated(PatternNode, Int, Int?)

  /// How many characters of the pattern stand there once repetitions are written out.
  var positionCount: Int {
    switch self {
    case .set: return 1
    case .sequence(let nodes), .choice(let nodes):
      // Nothing counts too, so that repeating it is bounded as well.
      return nodes.reduce(nodes.isEmpty ? 1 : 0) { sum, node in
        let (total, overflow) = sum.addingReportingOverflow(node.positionCount)
        return overflow ? .max : total
      }
    case .repeated(let node, let low, let high):
      let (total, overflow) = node.positionCount.multipliedReportingOverflow(
        by: high ?? max(low, 1))
      return overflow ? .max : total
    }
  }
}

/// What is wrong with a pattern, for the message of a faulty descriptor.
package struct PatternFault: Error, Equatable {
  package let message: String

  init(_ message: String) { self.message = message }
}
