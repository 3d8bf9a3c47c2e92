import Synchronization

/// A yes or no that threads share.
final class Flag: Sendable {
  private let value: Mutex<Bool>

  init(_ value: Bool) {
    self.value = Mutex(value)
  }

  var isSet: Bool { value.withLock { $0 } }

  func set(_ newValue: Bool) {
    value.withLock { $0 = newValue }
  }
}
