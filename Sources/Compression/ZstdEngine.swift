internal import CZstd

/// Goes through zstd frames by libzstd, one after the other.
@safe
final class ZstdEngine: Engine {
  /// 8 MiB, which RFC 8878 (3.1.1.1.2) asks every decoder to take; the levels 1 to 19 keep to it.
  private static let windowLogMaximum: CInt = 23

  private let context: OpaquePointer
  private(set) var isAtBoundary = true

  init() throws(EngineFailure) {
    guard let context = unsafe ZSTD_createDCtx() else {
      throw EngineFailure(code: .outOfMemory, reason: "there is no memory for zstd")
    }
    unsafe self.context = unsafe context
    unsafe ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, Self.windowLogMaximum)
  }

  deinit { unsafe ZSTD_freeDCtx(context) }

  /// The corresponding C function is `ZSTD_decompressStream`.
  func step(
    _ input: UnsafeBufferPointer<UInt8>, into output: UnsafeMutableBufferPointer<UInt8>
  ) throws(EngineFailure) -> Progress {
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

  private static func failure(_ answer: Int) -> EngineFailure {
    switch ZSTD_getErrorCode(answer) {
    case ZSTD_error_frameParameter_windowTooLarge:
      EngineFailure(
        code: .unsupported,
        reason: "it needs a window of more than 8 MiB; "
          + "compress the file again without --ultra and --long")
    case ZSTD_error_dictionary_wrong, ZSTD_error_dictionary_corrupted:
      EngineFailure(
        code: .unsupported, reason: "it needs a dictionary; compress the file again without one")
    case ZSTD_error_memory_allocation:
      EngineFailure(code: .outOfMemory, reason: "there is no memory for zstd")
    default:
      EngineFailure(
        code: .damaged, reason: unsafe String(cString: ZSTD_getErrorName(answer)).lowercased())
    }
  }
}
