/// The bytes of a record whose end has not arrived yet.
@safe
struct CSVCarry: ~Copyable {
  private(set) var bytes = UnsafeMutablePointer<UInt8>.allocate(capacity: 4096)
  private(set) var count = 0
  private var capacity = 4096

  /// What is kept between records; a single long one does not hold its memory for good.
  private static let keptCapacity = 1 << 20

  mutating func append(_ more: UnsafePointer<UInt8>, _ added: Int) {
    if count + added > capacity {
      let larger = max(capacity * 2, count + added)
      let grown = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
      unsafe grown.update(from: bytes, count: count)
      unsafe bytes.deallocate()
      unsafe bytes = grown
      capacity = larger
    }
    unsafe (bytes + count).update(from: more, count: added)
    count += added
  }

  mutating func removeFirst(_ removed: Int) {
    guard removed > 0 else { return }
    count -= removed
    unsafe bytes.update(from: bytes + removed, count: count)
  }

  mutating func removeAll() {
    count = 0
    guard capacity > Self.keptCapacity else { return }
    unsafe bytes.deallocate()
    unsafe bytes = .allocate(capacity: 4096)
    capacity = 4096
  }

  deinit {
    unsafe bytes.deallocate()
  }
}
