internal import CZlib

/// Goes through gzip members by zlib, one after the other.
///
/// Members may be joined to one file, and zeros may follow the last, as tapes and block devices
/// leave them. Anything else behind a member is damage: to ignore it could lose records.
@safe
final class GzipEngine: Engine {
  /// zlib's own state points back to it, so that it may not move.
  private let stream: UnsafeMutablePointer<z_stream>
  private(set) var isAtBoundary = true

  init() throws(EngineFailure) {
    unsafe stream = .allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    guard unsafe czlib_inflate_gzip(stream) == Z_OK else {
      // A failed start leaves nothing that the end could not release.
      throw EngineFailure(code: .outOfMemory, reason: "there is no memory for zlib")
    }
  }

  deinit {
    unsafe inflateEnd(stream)
    unsafe stream.deallocate()
  }

  /// The corresponding C function is `inflate`.
  func step(
    _ input: UnsafeBufferPointer<UInt8>, into output: UnsafeMutableBufferPointer<UInt8>
  ) throws(EngineFailure) -> Progress {
    if isAtBoundary {
      let padding = unsafe input.prefix { $0 == 0 }.count
      guard padding == 0, let first = unsafe input.first else {
        return Progress(consumed: padding, produced: 0)
      }
      guard first == 0x1F else {
        throw EngineFailure(code: .damaged, reason: "what follows a member is no other")
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
      throw EngineFailure(
        code: .outOfMemory, reason: "there is no memory for zlib", consumed: consumed)
    default:
      let words = unsafe stream.pointee.msg.map { unsafe String(cString: $0) }
      throw EngineFailure(
        code: .damaged, reason: words ?? "zlib answers \(status)", consumed: consumed)
    }
    return Progress(consumed: consumed, produced: produced)
  }
}
