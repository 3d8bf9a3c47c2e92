import Synchronization

/// A number several threads add to.
final class Counter: Sendable {
  private let number = Atomic<Int>(0)
  var value: Int { number.load(ordering: .sequentiallyConsistent) }

  /// Adds and gives the new value.
  @discardableResult
  func add(_ amount: Int = 1) -> Int {
    number.wrappingAdd(amount, ordering: .sequentiallyConsistent).newValue
  }
}
