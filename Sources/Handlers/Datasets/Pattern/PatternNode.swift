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

/// The characters of a pattern, and which of them may follow which.
///
/// Repetitions are written out and every character gets a position of its own. A text matches when
/// it can be walked from one of the first positions to one of the last, which is what Glushkov's
/// construction says of regular expressions.
struct PatternPositions {
  /// What one node of the pattern offers to those around it.
  private struct Fragment {
    var first: [Int] = []
    var last: [Int] = []
    var isEmptyAllowed = true
  }

  private(set) var sets: [ScalarSet] = []
  private(set) var follow: [Set<Int>] = []
  private(set) var first: [Int] = []
  private(set) var last: [Int] = []
  private(set) var isEmptyAllowed = true

  init(_ node: PatternNode) {
    let whole = add(node)
    (first, last, isEmptyAllowed) = (whole.first, whole.last, whole.isEmptyAllowed)
  }

  private mutating func add(_ node: PatternNode) -> Fragment {
    switch node {
    case .set(let set):
      sets.append(set)
      follow.append([])
      let position = [sets.count - 1]
      return Fragment(first: position, last: position, isEmptyAllowed: false)
    case .sequence(let nodes):
      return nodes.reduce(Fragment()) { whole, node in join(whole, add(node)) }
    case .choice(let nodes):
      var whole = Fragment(isEmptyAllowed: false)
      for node in nodes {
        let branch = add(node)
        whole.first += branch.first
        whole.last += branch.last
        whole.isEmptyAllowed = whole.isEmptyAllowed || branch.isEmptyAllowed
      }
      return whole
    case .repeated(let node, let low, let high?):
      // x{2,4} is xx(x(x)?)?: written so, a position has few that follow it.
      var tail = Fragment()
      for _ in low..<high {
        tail = join(add(node), tail)
        tail.isEmptyAllowed = true
      }
      let head = (0..<low).reduce(Fragment()) { whole, _ in join(whole, add(node)) }
      return join(head, tail)
    case .repeated(let node, let low, nil):
      let head = (0..<max(low - 1, 0)).reduce(Fragment()) { whole, _ in join(whole, add(node)) }
      var loop = add(node)
      link(loop.last, loop.first)
      if low == 0 { loop.isEmptyAllowed = true }
      return join(head, loop)
    }
  }

  private mutating func join(_ one: Fragment, _ next: Fragment) -> Fragment {
    link(one.last, next.first)
    return Fragment(
      first: one.isEmptyAllowed ? one.first + next.first : one.first,
      last: next.isEmptyAllowed ? one.last + next.last : next.last,
      isEmptyAllowed: one.isEmptyAllowed && next.isEmptyAllowed)
  }

  private mutating func link(_ from: [Int], _ to: [Int]) {
    for position in from { follow[position].formUnion(to) }
  }
}
