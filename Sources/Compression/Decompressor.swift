/// Turns a compressed stream into what it holds, piece by piece.
///
/// Pieces may end anywhere, and memory stays the same whatever comes out: 64 KiB of output at a
/// time, and the window of the format (32 KiB of gzip, up to 8 MiB of zstd). Data that grows to more
/// than ``largestRatio`` times its size is refused, since a few kilobytes of it could keep a
/// database busy for hours.
@safe
public struct Decompressor: ~Copyable {
  /// What a compressed byte may grow to on average.
  public static let largestRatio = 200
  /// What may come out before the ratio counts: short texts compress well by accident.
  public static let unratedBytes = 1 << 20

  private static let outputBytes = 64 << 10

  /// How the stream is compressed.
  public let format: CompressionFormat
  /// The compressed bytes taken so far.
  public private(set) var bytesTaken = 0
  /// The bytes that came out so far.
  public private(set) var bytesGiven = 0

  private let engine: any Engine
  private let output: UnsafeMutableBufferPointer<UInt8>

  /// Makes what a stream of this format needs.
  public init(_ format: CompressionFormat) throws(CompressionError) {
    self.format = format
    do throws(EngineError) {
      switch format {
      case .gzip: engine = try GzipEngine()
      case .zstd: engine = try ZstdEngine()
      }
    } catch {
      throw CompressionError(
        code: error.code, format: format, offset: 0, reason: error.reason)
    }
    unsafe output = .allocate(capacity: Self.outputBytes)
  }

  deinit { unsafe output.deallocate() }

  /// Takes the stream's next bytes and lends what comes out of them.
  ///
  /// - Throws: ``CompressionError`` with the offset in the compressed data, or what the closure
  ///   throws; the stream is over then.
  public mutating func consume(
    _ bytes: Span<UInt8>, _ body: (Span<UInt8>) throws -> Void
  ) throws {
    try unsafe bytes.withUnsafeBufferPointer { bytes in
      var rest = unsafe bytes[...]
      while true {
        let progress = try unsafe step(UnsafeBufferPointer(rebasing: rest))
        unsafe rest = rest.dropFirst(progress.consumed)
        if progress.produced > 0 {
          try unsafe body(
            Span(_unsafeElements: UnsafeBufferPointer(output)).extracting(
              first: progress.produced))
        }
        // A full output may have left more behind.
        guard unsafe !rest.isEmpty || progress.produced == output.count else { return }
      }
    }
  }

  /// Ends the stream.
  ///
  /// - Throws: ``CompressionError`` when it should have gone on.
  public func finish() throws(CompressionError) {
    guard engine.isAtBoundary else {
      throw CompressionError(
        code: .truncated, format: format, offset: bytesTaken,
        reason: "\(bytesGiven) bytes came out of it, and more should follow")
    }
  }

  private mutating func step(
    _ input: UnsafeBufferPointer<UInt8>
  ) throws(CompressionError) -> Progress {
    let progress: Progress
    do throws(EngineError) {
      progress = try unsafe engine.step(input, into: output)
    } catch {
      throw CompressionError(
        code: error.code, format: format, offset: bytesTaken + error.consumed,
        reason: error.reason)
    }
    bytesTaken += progress.consumed
    bytesGiven += progress.produced
    guard bytesGiven <= Self.unratedBytes || bytesGiven / Self.largestRatio <= bytesTaken else {
      throw CompressionError(
        code: .tooDense, format: format, offset: bytesTaken,
        reason: "\(bytesGiven) bytes came out of \(bytesTaken); "
          + "at most \(Self.largestRatio) times as many are taken")
    }
    return progress
  }
}
