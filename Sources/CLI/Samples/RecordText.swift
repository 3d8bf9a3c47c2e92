import System

/// CSV on its way out: a piece of memory that records are written into.
@safe
struct RecordText: ~Copyable {
  static let pieceBytes = 256 << 10
  /// What a piece may hold: the last record goes beyond its size, and none is as long as this.
  private static let capacity = pieceBytes + (64 << 10)

  private let base: UnsafeMutablePointer<UInt8>
  private(set) var count = 0
  /// All there were so far, those inside quotes included.
  private(set) var lineEnds = 0

  init() {
    unsafe base = .allocate(capacity: Self.capacity)
  }

  deinit { unsafe base.deallocate() }

  @inline(__always)
  mutating func append(_ byte: UInt8) {
    precondition(count < Self.capacity)
    unsafe base[count] = byte
    count &+= 1
  }

  @inline(__always)
  mutating func append(_ word: StaticString) {
    for index in 0..<word.utf8CodeUnitCount { append(unsafe word.utf8Start[index]) }
  }

  /// Appends one of the phrases.
  @inline(__always)
  mutating func append(_ phrases: PhrasePool, _ index: Int) {
    let start = phrases.starts[index]
    let length = phrases.starts[index + 1] - start
    precondition(count + length <= Self.capacity)
    let target = unsafe base + count
    unsafe phrases.bytes.withUnsafeBufferPointer { bytes in
      guard let source = bytes.baseAddress else { return }
      unsafe target.update(from: source + start, count: length)
    }
    count &+= length
  }

  /// Appends a number with at least so many digits.
  @inline(__always)
  mutating func append(number: Int, digits: Int = 1) {
    var length = digits
    var bound = Self.powers[digits]
    while number >= bound {
      length &+= 1
      bound &*= 10
    }
    precondition(count + length <= Self.capacity)
    var rest = UInt(truncatingIfNeeded: number)
    var index = length
    while index > 0 {
      index &-= 1
      let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
      unsafe base[count &+ index] = UInt8(truncatingIfNeeded: 0x30 &+ digit)
      rest = quotient
    }
    count &+= length
  }

  private static let powers: InlineArray<13, Int> = [
    1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000,
    10_000_000_000, 100_000_000_000, 1_000_000_000_000,
  ]

  /// Appends so many hexadecimal digits of a number.
  @inline(__always)
  mutating func append(hex number: UInt64, digits: Int) {
    var shift = digits &* 4
    while shift > 0 {
      shift &-= 4
      let digit = UInt8(truncatingIfNeeded: number &>> UInt64(shift)) & 15
      append(digit < 10 ? 0x30 &+ digit : 0x57 &+ digit)
    }
  }

  @inline(__always)
  mutating func endLine() {
    append(UInt8(ascii: "\n"))
    lineEnds &+= 1
  }

  /// Replaces what was written since a place by other bytes.
  mutating func replace(
    from start: Int, lineEnds before: Int, _ change: ([UInt8]) -> [UInt8]
  ) {
    var old: [UInt8] = []
    for index in start..<count { old.append(unsafe base[index]) }
    count = start
    lineEnds = before
    for byte in change(old) {
      append(byte)
      if byte == 0x0a { lineEnds &+= 1 }
    }
  }

  /// Hands the bytes on and begins anew.
  mutating func take<Failure: Error>(
    _ body: (Span<UInt8>) throws(Failure) -> Void
  ) throws(Failure) {
    let bytes = unsafe UnsafeBufferPointer(start: base, count: count)
    unsafe try body(bytes.span)
    count = 0
  }
}

/// Phrases in one piece of memory, to append them fast.
struct PhrasePool: Sendable {
  let bytes: [UInt8]
  let starts: [Int]

  var count: Int { starts.count - 1 }

  init(_ phrases: [String]) {
    var bytes: [UInt8] = []
    var starts = [0]
    for phrase in phrases {
      bytes += phrase.utf8
      starts.append(bytes.count)
    }
    (self.bytes, self.starts) = (bytes, starts)
  }

  func any(_ random: inout SampleRandom) -> Int { random.below(count) }
}

/// The days of four years from 2021 on, one of them a leap year.
struct DayText {
  private let days = PhrasePool(
    (18_628..<18_628 + 1461).map { CivilDate(daysSince1970: $0).iso8601 })

  @inline(__always)
  func appendDay(_ random: inout SampleRandom, to text: inout RecordText) {
    text.append(days, days.any(&random))
  }

  /// Appends a day and a time of it, in UTC.
  @inline(__always)
  func appendTime(_ random: inout SampleRandom, to text: inout RecordText) {
    appendDay(&random, to: &text)
    let second = random.below(86_400)
    text.append("T")
    text.append(number: second / 3600, digits: 2)
    text.append(":")
    text.append(number: second / 60 % 60, digits: 2)
    text.append(":")
    text.append(number: second % 60, digits: 2)
    text.append("Z")
  }
}
