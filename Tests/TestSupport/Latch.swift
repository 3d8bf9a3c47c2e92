internal import Synchronization

/// Something that happens once, and that others may wait for.
public final class Latch: Sendable {
  private let state = Atomic<Bool>(false)

  /// Creates a latch for what has not happened yet.
  public init() {}

  /// Whether it has happened.
  public var isOpen: Bool { state.load(ordering: .sequentiallyConsistent) }

  /// Says that it has happened.
  public func open() { state.store(true, ordering: .sequentiallyConsistent) }
}
