internal import Glibc
internal import JSON

/// Maps the bytes of each place seen so far to the decoded place.
///
/// A page can hold hundreds of thousands of places but only a few thousand distinct ones, often as the
/// same long list in posting after posting. So the directory first compares with the place that
/// followed the previous one last time, then looks the bytes up, and decodes only new ones.
struct PlaceDirectory: ~Copyable {
  /// One place, however it is written.
  struct Known {
    let place: Place
    let fingerprint: PlaceFingerprint
    /// Its id in the database; nil until it is known.
    var row: Int32?
    fileprivate var lastPosting: Int
  }

  /// One way of writing a place.
  private struct Spelling {
    let start: Int
    let count: Int
    let hash: UInt64
    let place: Int32
    /// The spelling that followed this one the last time.
    var next: Int32
  }

  /// The bytes after which the directory starts over, so that memory stays bounded.
  private static let textLimit = 8 << 20

  private(set) var known: [Known] = []
  private var positions: [PlaceFingerprint: Int32] = [:]
  private var texts: [UInt8] = []
  private var spellings: [Spelling] = []
  /// Positions of spellings by hash, with open addressing; -1 is free.
  private var slots = [Int32](repeating: -1, count: 1 << 12)
  private var posting = 0
  private var previous: Int32 = -1
  /// The fingerprint of the places of the current posting.
  private(set) var postingSum = PlaceFingerprint()

  /// Starts over if the directory has grown too large; positions are valid until the next page.
  mutating func beginPage() {
    guard texts.count > Self.textLimit else { return }
    self = PlaceDirectory()
  }

  mutating func beginPosting() {
    posting += 1
    previous = -1
    postingSum = PlaceFingerprint()
  }

  /// The place at a position, if it is the one that followed the previous place last time.
  mutating func expected(
    _ bytes: Span<UInt8>, at position: Int
  ) -> (place: Int32, count: Int)? {
    guard previous >= 0, case let next = spellings[Int(previous)].next, next >= 0 else {
      return nil
    }
    let spelling = spellings[Int(next)]
    guard position + spelling.count <= bytes.count,
      isSpelled(spelling, bytes.extracting(position..<(position + spelling.count)))
    else { return nil }
    previous = next
    return (spelling.place, spelling.count)
  }

  /// Finds a place by its bytes, or decodes them.
  ///
  /// - Throws: An error if the bytes are not a place.
  mutating func place(of text: Span<UInt8>) throws(JSONError) -> Int32 {
    let hash = Self.hash(text)
    var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
    while slots[slot] >= 0 {
      let spelling = spellings[Int(slots[slot])]
      if spelling.hash == hash, spelling.count == text.count, isSpelled(spelling, text) {
        follow(slots[slot])
        return spelling.place
      }
      slot = (slot + 1) & (slots.count - 1)
    }
    let place = position(of: try JSON.decode(Place.self, from: text))
    let start = texts.count
    unsafe text.withUnsafeBufferPointer { unsafe texts.append(contentsOf: $0) }
    spellings.append(
      Spelling(start: start, count: text.count, hash: hash, place: place, next: -1))
    slots[slot] = Int32(spellings.count - 1)
    follow(slots[slot])
    if spellings.count * 2 > slots.count { growSlots() }
    return place
  }

  /// Adds a place to the current posting, unless it already has it.
  mutating func note(_ place: Int32, in page: inout SearchPage) {
    guard known[Int(place)].lastPosting != posting else { return }
    known[Int(place)].lastPosting = posting
    postingSum += known[Int(place)].fingerprint
    page.places.append(place)
  }

  /// The ids of places in the database, as far as they are known.
  func rows(of places: ArraySlice<Int32>) -> [Int32] {
    places.compactMap { known[Int($0)].row }
  }

  /// Remembers a place's id in the database.
  mutating func setRow(_ row: Int32, of place: Int32) {
    known[Int(place)].row = row
  }

  private mutating func follow(_ spelling: Int32) {
    if previous >= 0 { spellings[Int(previous)].next = spelling }
    previous = spelling
  }

  private mutating func position(of place: Place) -> Int32 {
    let fingerprint = PlaceFingerprint(of: place)
    if let position = positions[fingerprint] { return position }
    let position = Int32(known.count)
    positions[fingerprint] = position
    known.append(Known(place: place, fingerprint: fingerprint, row: nil, lastPosting: 0))
    return position
  }

  private func isSpelled(_ spelling: Spelling, _ text: Span<UInt8>) -> Bool {
    unsafe texts.withUnsafeBufferPointer { texts in
      unsafe text.withUnsafeBufferPointer { text in
        guard let ours = texts.baseAddress, let theirs = text.baseAddress else { return false }
        return unsafe memcmp(ours + spelling.start, theirs, spelling.count) == 0
      }
    }
  }

  private mutating func growSlots() {
    slots = [Int32](repeating: -1, count: slots.count * 2)
    for (position, spelling) in spellings.enumerated() {
      var slot = Int(truncatingIfNeeded: spelling.hash) & (slots.count - 1)
      while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = Int32(position)
    }
  }

  /// A multiplicative hash over words of eight bytes; equality is always checked on the bytes.
  private static func hash(_ text: Span<UInt8>) -> UInt64 {
    unsafe text.withUnsafeBytes { bytes in
      var hash = UInt64(bytes.count)
      var offset = 0
      while offset + 8 <= bytes.count {
        hash ^= unsafe bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
        hash = (hash &* 0x9E37_79B9_7F4A_7C15) ^ (hash >> 29)
        offset += 8
      }
      while offset < bytes.count {
        hash = (hash ^ UInt64(unsafe bytes[offset])) &* 0x0000_0100_0000_01B3
        offset += 1
      }
      return hash ^ (hash >> 32)
    }
  }
}
