import Avro
import Compression
import TestSupport
import Testing

/// Files that are not what they should be: each is refused with a reason, none ends the process.
@Suite struct `Corrupt Avro files` {
  static let rows = AvroFile.randomRows(60, seed: 3)

  static func failure(_ file: [UInt8], pieces: Int = .max) throws -> AvroError? {
    do {
      _ = try AvroFile.read(file, pieces: pieces)
      return nil
    } catch let error as AvroError {
      return error
    }
  }

  /// A number as the format writes it.
  static func long(_ value: Int64) -> [UInt8] {
    var rest = UInt64(bitPattern: (value << 1) ^ (value >> 63))
    var bytes: [UInt8] = []
    while rest > 127 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 128)
      rest >>= 7
    }
    return bytes + [UInt8(rest)]
  }

  static func header(schema: String, codec: String = "deflate") -> [UInt8] {
    var bytes: [UInt8] = [0x4F, 0x62, 0x6A, 1] + long(2)
    for text in ["avro.codec", codec, "avro.schema", schema] {
      bytes += long(Int64(text.utf8.count)) + Array(text.utf8)
    }
    return bytes + long(0) + marker
  }

  static let marker = [UInt8](repeating: 9, count: 16)
  static let oneText =
    #"{"type":"record","name":"t","fields":[{"name":"s","type":["null","string"]}]}"#

  /// A file of one block.
  static func file(
    _ block: [UInt8], rows: Int64 = 1, size: Int64? = nil, marker: [UInt8] = Self.marker
  ) throws -> [UInt8] {
    var deflater = try Deflater()
    let compressed = try deflater.compressed(block.span)
    return header(schema: oneText) + long(rows) + long(size ?? Int64(compressed.count)) + compressed
      + marker
  }

  @Test func `a file that ends anywhere but behind a block is refused`() throws {
    let file = try AvroFile.write(Self.rows)
    for end in [0, 1, 3, 4, 5, 40, 500, 900, file.count - 17, file.count - 16, file.count - 1] {
      let error = try Self.failure(Array(file[..<end]))
      #expect(error?.code == .truncated, "\(end): \(String(describing: error))")
    }
    #expect(try Self.failure(file) == nil)
  }

  @Test func `changed bytes never end the process, and are read or refused`() throws {
    let file = try AvroFile.write(Self.rows)
    var random = SeededRandom(seed: 11)
    var refused = 0
    for _ in 0..<400 {
      var bytes = file
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: bytes.removeSubrange(place...)
        case 1: bytes.insert(contentsOf: [UInt8](repeating: 255, count: 9), at: place)
        default: bytes[place] = UInt8.random(in: 0...255, using: &random)
        }
        if bytes.isEmpty { break }
      }
      if let error = try Self.failure(bytes, pieces: 5000) {
        refused += 1
        #expect(!error.reason.isEmpty)
      }
    }
    #expect(refused > 300)
  }

  @Test func `what a block claims is held to what it has`() throws {
    let text: [UInt8] = [2] + Self.long(2) + [0x68, 0x69]
    #expect(try Self.failure(try Self.file(text)) == nil)
    let cases: [(name: String, file: [UInt8], code: AvroError.Code)] = [
      ("another marker", try Self.file(text, marker: .init(repeating: 8, count: 16)), .damaged),
      ("more rows than there are", try Self.file(text, rows: 2), .damaged),
      ("fewer rows than there are", try Self.file(text, rows: 0), .damaged),
      ("negative rows", try Self.file(text, rows: -1), .damaged),
      ("more rows than bytes could be", try Self.file(text, rows: .max), .damaged),
      ("a negative size", try Self.file(text, size: -1), .damaged),
      ("a size beyond all bounds", try Self.file(text, size: .max), .tooLarge),
      ("a size beyond the file", try Self.file(text, size: 1000), .truncated),
      ("a size within the block", try Self.file(text, size: 3), .damaged),
      ("a text beyond the block", try Self.file([2] + Self.long(3) + [0x68, 0x69]), .damaged),
      ("a text of a negative length", try Self.file([2] + Self.long(-2)), .damaged),
      ("a text of the longest length", try Self.file([2] + Self.long(.max)), .damaged),
      ("a third branch", try Self.file([4] + Self.long(0)), .damaged),
      ("a number of eleven bytes", try Self.file(.init(repeating: 255, count: 11)), .damaged),
      ("no block at all", Self.header(schema: Self.oneText) + [0xFF], .truncated),
    ]
    for (name, file, code) in cases {
      for pieces in [1, .max] {
        let error = try Self.failure(file, pieces: pieces)
        #expect(error?.code == code, "\(name): \(String(describing: error))")
        #expect(error?.offset != nil, "\(name)")
      }
    }
  }

  @Test func `a block that grows beyond all bounds is refused before it is in memory`() throws {
    var deflater = try Deflater()
    let zeros = [UInt8](repeating: 0, count: AvroWriter.largestBlockBytes + 1)
    let compressed = try deflater.compressed(zeros.span)
    let file =
      Self.header(schema: Self.oneText) + Self.long(1) + Self.long(Int64(compressed.count))
      + compressed + Self.marker
    #expect(file.count < 400_000)
    #expect(try Self.failure(file)?.code == .tooLarge)
  }

  @Test func `headers of other files say what was expected`() throws {
    let codec = try Self.failure(Self.header(schema: Self.oneText, codec: "snappy"))
    #expect(codec?.code == .unsupported)
    #expect(codec?.description.contains(#""snappy"; expected "deflate""#) == true)
    let other = try Self.failure(Array("PAR1 and so on".utf8))
    #expect(other?.code == .notAvro)
    for (schema, word) in [
      ("{", "no JSON"), (#""string""#, "no record"),
      (#"{"type":"record","name":"t","fields":[]}"#, "no fields"),
      (
        #"{"type":"record","name":"t","fields":[{"name":"m","type":{"type":"map","values":"int"}}]}"#,
        "\"m\""
      ),
      (
        #"{"type":"record","name":"t","fields":[{"name":"u","type":["null","int","long"]}]}"#,
        "\"u\""
      ),
    ] {
      let error = try Self.failure(Self.header(schema: schema))
      #expect(error?.description.contains(word) == true, "\(schema): \(String(describing: error))")
    }
    for lengths in [[Int64.max, .max], [1, .max], [1, -5], [.min, 0], [-1, 3, .max]] {
      let file: [UInt8] = [0x4F, 0x62, 0x6A, 1] + lengths.flatMap { Self.long($0) } + [1, 2, 3]
      #expect(try Self.failure(file) != nil, "\(lengths)")
    }
  }

  @Test func `a header without an end is given up`() throws {
    let endless = [0x4F, 0x62, 0x6A, 1] + Self.long(.max) + [UInt8](repeating: 0, count: 1_200_000)
    let error = try Self.failure(endless, pieces: 600_000)
    #expect(error?.code == .damaged || error?.code == .truncated)
  }
}
