import Compression
import TestSupport
import Testing

/// Undoing what the system's own compressors did.
@Suite struct DecompressorTests {
  static let text = Array(
    (1...6000).map { "\($0),Name \($0),2021-02-\($0 % 28 + 1)\n" }.joined().utf8)

  static func format(of bytes: [UInt8]) throws -> CompressionFormat {
    let format = CompressionFormat(opening: bytes.span)
    return try #require(format)
  }

  /// What comes out of a stream that arrives in pieces of a size.
  static func output(_ bytes: [UInt8], pieces size: Int = .max) throws -> [UInt8] {
    var decompressor = try Decompressor(format(of: bytes))
    var output: [UInt8] = []
    var start = 0
    while start < bytes.count {
      let end = min(bytes.count, size > bytes.count - start ? bytes.count : start + size)
      try decompressor.consume(Array(bytes[start..<end]).span) { piece in
        #expect(piece.count <= 64 << 10)
        unsafe piece.withUnsafeBufferPointer { unsafe output.append(contentsOf: $0) }
      }
      start = end
    }
    try decompressor.finish()
    #expect(decompressor.bytesTaken == bytes.count && decompressor.bytesGiven == output.count)
    return output
  }

  static func failure(_ bytes: [UInt8], pieces size: Int = .max) throws -> CompressionError? {
    do {
      _ = try output(bytes, pieces: size)
      return nil
    } catch let error as CompressionError {
      return error
    }
  }

  @Test(arguments: ["gzip -1", "gzip -9", "zstd -1", "zstd -19", "zstd --no-check"])
  func `what a compressor made comes out whole however it is cut`(_ command: String) throws {
    let bytes = try CompressedBytes.make(Self.text, by: command)
    for size in [1, 2, 7, 1000, 65_536, .max] {
      #expect(try Self.output(bytes, pieces: size) == Self.text, "\(size)")
    }
  }

  @Test(arguments: ["gzip", "zstd"])
  func `nothing compressed is nothing`(_ command: String) throws {
    #expect(try Self.output(CompressedBytes.make([], by: command)) == [])
  }

  @Test(arguments: ["gzip", "zstd"])
  func `an output of exactly the buffer's size or a byte beside it is whole`(
    _ command: String
  ) throws {
    for count in [65_535, 65_536, 65_537, 131_072] {
      var random = SeededRandom(seed: 7)
      let bytes = random.bytes(count, from: Array(0...255))
      #expect(try Self.output(CompressedBytes.make(bytes, by: command)) == bytes, "\(count)")
    }
  }

  @Test(arguments: ["gzip", "zstd"])
  func `files joined to one are read one after the other`(_ command: String) throws {
    let parts = [Array(Self.text.prefix(100)), [], Array(Self.text.dropFirst(100))]
    let bytes = try parts.map { try CompressedBytes.make($0, by: command) }.reduce([], +)
    for size in [1, 50, .max] { #expect(try Self.output(bytes, pieces: size) == Self.text) }
  }

  @Test func `zeros behind the last gzip member are padding, also between pieces`() throws {
    let bytes = try CompressedBytes.make(Self.text, by: "gzip") + [UInt8](repeating: 0, count: 700)
    for size in [1, 512, .max] { #expect(try Self.output(bytes, pieces: size) == Self.text) }
  }

  @Test func `frames to be skipped are skipped, also as the first`() throws {
    let skipped: [UInt8] = [0x5E, 0x2A, 0x4D, 0x18, 3, 0, 0, 0, 1, 2, 3]
    let frame = try CompressedBytes.make(Self.text, by: "zstd")
    let bytes = skipped + frame + skipped
    for size in [1, 9, .max] { #expect(try Self.output(bytes, pieces: size) == Self.text) }
  }

  @Test(arguments: ["gzip", "zstd"])
  func `anything else behind the end is damage, told with its offset`(_ command: String) throws {
    let whole = try CompressedBytes.make(Self.text, by: command)
    for size in [1, .max] {
      let error = try #require(try Self.failure(whole + Array("id,name\n".utf8), pieces: size))
      #expect(error.code == .damaged)
      #expect((whole.count...whole.count + 8).contains(error.offset), "\(error)")
    }
  }

  @Test(arguments: ["gzip", "zstd"])
  func `a stream cut anywhere is told to be too short`(_ command: String) throws {
    let whole = try CompressedBytes.make(Array(Self.text.prefix(3000)), by: command)
    for count in 4..<whole.count {
      let error = try #require(try Self.failure(Array(whole.prefix(count))), "\(count)")
      #expect(error.code == .truncated && error.offset == count, "\(error)")
    }
  }

  @Test(arguments: ["gzip -n", "zstd"])
  func `a stream with any byte changed is refused or comes out as it was`(
    _ command: String
  ) throws {
    let text = Array(Self.text.prefix(2000))
    let whole = try CompressedBytes.make(text, by: command)
    var refused = 0
    for index in whole.indices.dropFirst(4) {
      var bytes = whole
      bytes[index] ^= 0x24
      do {
        #expect(try Self.output(bytes) == text, "\(index)")
      } catch let error as CompressionError {
        #expect(error.offset <= bytes.count && !error.reason.isEmpty)
        refused += 1
      }
    }
    #expect(refused > whole.count - 20)
  }

  @Test(arguments: ["gzip -9", "zstd -3"])
  func `fault 29: a bomb is refused long before it is all out`(_ command: String) throws {
    let bytes = try CompressedBytes.make([UInt8](repeating: 48, count: 32 << 20), by: command)
    var decompressor = try Decompressor(Self.format(of: bytes))
    let error = #expect(throws: CompressionError.self) {
      try decompressor.consume(bytes.span) { _ in }
    }
    #expect(error?.code == .tooDense, "\(error as Any)")
    #expect(decompressor.bytesGiven < 2 << 20 || decompressor.bytesGiven < 201 * bytes.count)
    #expect(decompressor.bytesGiven < 16 << 20)
  }

  @Test func `a short text may be dense`() throws {
    let text = [UInt8](repeating: 48, count: 1 << 20)
    #expect(try Self.output(CompressedBytes.make(text, by: "gzip -9")) == text)
  }

  @Test(
    arguments: [
      // A window of 128 MiB, then an empty last block; and one that asks for dictionary 1.
      ([0x28, 0xB5, 0x2F, 0xFD, 0x00, 0x88, 0x01, 0x00, 0x00], "--long"),
      ([0x28, 0xB5, 0x2F, 0xFD, 0x01, 0x58, 0x01, 0x01, 0x00, 0x00], "dictionary"),
    ] as [([UInt8], String)])
  func `what takes too much to undo is refused with advice`(
    _ bytes: [UInt8], _ advice: String
  ) throws {
    let error = try #require(try Self.failure(bytes))
    #expect(error.code == .unsupported && error.description.contains(advice), "\(error)")
  }

  @Test func `other beginnings are no compression of these`() {
    for bytes in [[], [0x1F], [0x1F, 0x8C], [0x28, 0xB5, 0x2F], Array("P*M".utf8)] as [[UInt8]] {
      let format = CompressionFormat(opening: bytes.span)
      #expect(format == nil)
    }
  }

  struct Stop: Error {}

  @Test func `what the receiver throws comes out unchanged`() throws {
    let bytes = try CompressedBytes.make(Self.text, by: "gzip")
    var decompressor = try Decompressor(.gzip)
    #expect(throws: Stop.self) { try decompressor.consume(bytes.span) { _ in throw Stop() } }
  }
}
