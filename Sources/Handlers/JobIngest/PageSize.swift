/// How many postings are asked for at once.
///
/// A posting has 5 to 250 kB, so pages are sized by the bytes of those before; memory stays flat.
struct PageSize: Equatable {
  /// Pages of about so many bytes are wanted.
  private static let targetBytes = 6 << 20
  private static let largest = 500

  let count: Int

  /// The size before anything is known.
  static let first = PageSize(25)

  init(_ count: Int) {
    self.count = count
  }

  /// The size of the next page, which begins behind so many postings.
  ///
  /// It doubles only where the page then begins at the same posting, and halves.
  func next(bytes: Int, items: Int, at offset: Int) -> Int {
    if bytes > 2 * Self.targetBytes { return max(1, count / 2) }
    let isRoomy = items == count && 2 * bytes <= Self.targetBytes
    guard isRoomy, 2 * count <= Self.largest, offset % (2 * count) == 0 else { return count }
    return 2 * count
  }
}
