internal import CZlib
internal import CZstd

/// One library's way through a compressed stream, step by step.
protocol Engine: AnyObject {
  /// Whether the stream may end here: behind a member or frame, and before the next.
  var isAtBoundary: Bool { get }

  /// Takes some of the input and fills some of the output; one of both always moves on, unless
  /// nothing is left of either.
  func step(
    _ input: UnsafeBufferPointer<UInt8>, into output: UnsafeMutableBufferPointer<UInt8>
  ) throws(EngineError) -> Progress
}

/// How far one step went.
struct Progress {
  let consumed: Int
  let produced: Int
}

/// Why an engine cannot go on; the place is known to who drives it.
struct EngineError: Error {
  let code: CompressionError.Code
  let reason: String
  /// The input that was taken before.
  var consumed = 0
}

/// Goes through gzip members by zlib, one after the other.
///
/// Members may be joined to one file, and zeros may follow the last, as tapes and block devices
/// leave them. Anything else behind a member is damage: to ignore it could lose records.
@safe
final class GzipEngine: Engine {
  /// zlib's own state points back to it, so that it may not move.
  private let stream: UnsafeMutablePointer<z_stream>
  private(set) var isAtBoundary = true

  init() throws(EngineError) {
    unsafe stream = .allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    guard unsafe czlib_inflate_gzip(stream) == Z_OK else {
      // A failed start leaves nothing that the end could not release.
      throw EngineError(code: .outOfMemory, reason: "there is no memory for zlib")
    }
  }

  deinit {
    unsafe inflateEnd(stream)
    unsafe stream.deallocate()
  }

  /// The corresponding C function is `inflate`.
  func step(
    _ input: UnsafeBufferPointer<UInt8>, into output: UnsafeMutableBufferPointer<UInt8>
  ) throws(EngineError) -> Progress {
    if isAtBoundary {
      let padding = unsafe input.prefix { $0 == 0 }.count
      guard padding == 0, let first = unsafe input.first else {
        return Progress(consumed: padding, produced: 0)
      }
      guard first == 0x1F else {
        throw EngineError(code: .damaged, reason: "what follows a member is no other")
      }
    }
    unsafe stream.pointee.next_in = unsafe UnsafeMutablePointer(mutating: input.baseAddress)
    unsafe stream.pointee.avail_in = UInt32(clamping: input.count)
    unsafe stream.pointee.next_out = output.baseAddress
    unsafe stream.pointee.avail_out = UInt32(clamping: output.count)
    let offered = unsafe (stream.pointee.avail_in, stream.pointee.avail_out)
    let status = unsafe inflate(stream, Z_NO_FLUSH)
    let consumed = unsafe Int(offered.0 - stream.pointee.avail_in)
    let produced = unsafe Int(offered.1 - stream.pointee.avail_out)
    switch status {
    case Z_OK, Z_BUF_ERROR:
      isAtBoundary = false
    case Z_STREAM_END:
      isAtBoundary = true
      unsafe inflateReset(stream)
    case Z_MEM_ERROR:
      throw EngineError(
        code: .outOfMemory, reason: "there is no memory for zlib", consumed: consumed)
    default:
      let words = unsafe stream.pointee.msg.map { unsafe String(cString: $0) }
      throw EngineError(
        code: .damaged, reason: words ?? "zlib answers \(status)", consumed: consumed)
    }
    return Progress(consumed: consumed, produced: produced)
  }
}

/// Goes through zstd frames by libzstd, one after the other.
@safe
final class ZstdEngine: Engine {
  /// 8 MiB, which RFC 8878 (3.1.1.1.2) asks every decoder to take; the levels 1 to 19 keep to it.
  private static let windowLogMaximum: CInt = 23

  private let context: OpaquePointer
  private(set) var isAtBoundary = true

  init() throws(EngineError) {
    guard let context = unsafe ZSTD_createDCtx() else {
      throw EngineError(code: .outOfMemory, reason: "there is no memory for zstd")
    }
    unsafe self.context = unsafe context
    unsafe ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, Self.windowLogMaximum)
  }

  deinit { unsafe ZSTD_freeDCtx(context) }

  /// The corresponding C function is `ZSTD_decompressStream`.
  func step(
    _ input: UnsafeBufferPointer<UInt8>, into output: UnsafeMutableBufferPointer<UInt8>
  ) throws(EngineError) -> Progress {
    if isAtBoundary && input.isEmpty { return Progress(consumed: 0, produced: 0) }
    var from = unsafe ZSTD_inBuffer(src: input.baseAddress, size: input.count, pos: 0)
    var to = unsafe ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: 0)
    let answer = unsafe ZSTD_decompressStream(context, &to, &from)
    let (consumed, produced) = unsafe (from.pos, to.pos)
    guard ZSTD_isError(answer) == 0 else {
      var failure = Self.failure(answer)
      failure.consumed = consumed
      throw failure
    }
    isAtBoundary = answer == 0
    return Progress(consumed: consumed, produced: produced)
  }

  private static func failure(_ answer: Int) -> EngineError {
    switch ZSTD_getErrorCode(answer) {
    case ZSTD_error_frameParameter_windowTooLarge:
      EngineError(
        code: .unsupported,
        reason: "it needs a window of more than 8 MiB; "
          + "compress the file again without --ultra and --long")
    case ZSTD_error_dictionary_wrong, ZSTD_error_dictionary_corrupted:
      EngineError(
        code: .unsupported, reason: "it needs a dictionary; compress the file again without one")
    case ZSTD_error_memory_allocation:
      EngineError(code: .outOfMemory, reason: "there is no memory for zstd")
    default:
      EngineError(
        code: .damaged, reason: unsafe String(cString: ZSTD_getErrorName(answer)).lowercased())
    }
  }
}
