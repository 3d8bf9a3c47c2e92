import Synchronization

/// A yes or no that threads share.
package final class Flag: Sendable {
  private let value: Mutex<Bool>

  package init(_ value: Bool) {
    self.value = Mutex(value)
  }

  package var isSet: Bool { value.withLock { $0 } }

  package func set(_ newValue: Bool) {
    value.withLock { $0 = newValue }
  }
}
