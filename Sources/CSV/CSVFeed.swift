internal import CWideCompare

/// Brings the stream's pieces before the scanner.
///
/// A piece is scanned where it lies. Only the record it leaves open is copied, to the carry; of the
/// next piece as much is added there as completes that record, and the scan goes back to the piece.
@safe
struct CSVFeed: ~Copyable {
  /// What one batch covers at most, unless a single record is longer: bytes and tables of such a
  /// batch stay in the CPU's cache from the scan to their use.
  static let batchBytes = 32 << 10

  private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

  private var scanner: CSVScanner
  private var carry = CSVCarry()
  /// Whether the stream's first bytes may yet turn out to be a byte order mark.
  private var isAtStart = true
  /// The number of the next batch's first record.
  private var number = 1
  /// The place of the scanner's offset 0: in the carry if that holds anything, else in the piece.
  private var base = 0
  /// What the carry holds of earlier pieces, and how much of this one it has got.
  private var earlier = 0
  private var added = 0

  init(dialect: CSVDialect, maxRecordBytes: Int, maxFields: Int) {
    scanner = CSVScanner(
      dialect: dialect, maxRecordBytes: maxRecordBytes, maxFields: maxFields)
  }

  /// Makes everything new for another stream but keeps the memory.
  mutating func reset() {
    scanner.reset()
    carry.removeAll()
    isAtStart = true
    number = 1
    base = 0
  }

  /// Starts on a piece, which `advance` is then given until it says that there is no more.
  mutating func begin(_ piece: UnsafePointer<UInt8>, _ count: Int) {
    earlier = carry.count
    added = 0
    base = 0
    guard isAtStart else { return }
    var matched = carry.count
    var used = 0
    while matched < 3, used < count, unsafe piece[used] == Self.byteOrderMark[matched] {
      matched += 1
      used += 1
    }
    if matched == 3 {
      isAtStart = false
      carry.removeAll()
      scanner.offset = 3
      earlier = 0
      base = used
    } else if used == count {
      unsafe carry.append(piece, count)
    } else {
      isAtStart = false
    }
  }

  /// Scans on to the next batch; false when the piece is used up.
  mutating func advance(_ piece: UnsafePointer<UInt8>, _ count: Int) -> Bool {
    guard !isAtStart else { return false }
    while true {
      unsafe dropBatch(piece)
      if carry.count == 0 {
        if unsafe scanRange(piece + base, count - base) {
          if scanner.cursor.recordCount > 0 { return true }
          continue
        }
        if scanner.cursor.position > 0 { unsafe carry.append(piece + base, count - base) }
        base = 0
        return false
      }
      if base >= earlier {
        // The open record starts in this piece: read it there.
        base -= earlier
        carry.removeAll()
        scanner.rewindRecord()
      } else if unsafe scanRange(carry.bytes + base, carry.count - base) {
        if scanner.cursor.recordCount > 0 { return true }
      } else if added < count {
        // In growing steps: most records need only a few bytes more.
        let step = min(max(256, added), Self.batchBytes, count - added)
        unsafe carry.append(piece + added, step)
        added += step
      } else {
        carry.removeFirst(base)
        base = 0
        return false
      }
    }
  }

  /// Scans what is left at the end of the stream to the next batch; false when there is none.
  mutating func advanceToEnd() -> Bool {
    isAtStart = false
    while true {
      unsafe dropBatch(carry.bytes)
      if unsafe !scanRange(carry.bytes + base, carry.count - base) {
        if scanner.endStream() { continue }
        return scanner.cursor.recordCount > 0
      }
      if scanner.cursor.recordCount > 0 { return true }
    }
  }

  /// The batch found last, in the piece it was found in or in the carry.
  func batch(_ piece: UnsafePointer<UInt8>) -> CSVBatch {
    let start = unsafe (carry.count > 0 ? UnsafePointer(carry.bytes) : piece) + base
    let cursor = scanner.cursor
    return unsafe CSVBatch(
      bytes: UnsafeBufferPointer(start: start, count: cursor.recordStart),
      records: UnsafeBufferPointer(start: scanner.recordTable.entries, count: cursor.recordCount),
      fields: UnsafeBufferPointer(start: scanner.fieldTable.entries, count: cursor.firstField),
      byteOffset: scanner.offset, firstNumber: number, firstLine: cursor.batchLine,
      isASCII: cursor.high == 0)
  }

  /// The batch that `advanceToEnd` found last.
  func batchAtEnd() -> CSVBatch { unsafe batch(carry.bytes) }

  /// Scans as much as one batch may cover of what lies behind the cursor; false if nothing does.
  private mutating func scanRange(_ start: UnsafePointer<UInt8>, _ count: Int) -> Bool {
    let position = scanner.cursor.position
    guard position < count else { return false }
    unsafe scanner.scan(start, to: min(count, position + Self.batchBytes))
    return true
  }

  /// Forgets the records found, so that the open one starts at offset 0.
  private mutating func dropBatch(_ piece: UnsafePointer<UInt8>) {
    number += scanner.cursor.recordCount
    let moved = scanner.cursor.recordStart
    guard scanner.dropRecords() else { return }
    base += moved
    guard scanner.cursor.high != 0 else { return }
    // What is open was seen already, and counts for the next batch.
    let start = unsafe (carry.count > 0 ? UnsafePointer(carry.bytes) : piece) + base
    var rest = scanner.cursor.position
    let steps = unsafe cwide_ascii_prefix(start, rest)
    scanner.cursor.high = 0
    while rest > steps {
      rest -= 1
      unsafe scanner.cursor.high |= UInt32(start[rest] & 0x80)
    }
  }
}

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
