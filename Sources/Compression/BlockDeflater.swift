internal import CZlib

/// Compresses blocks that stand alone, without any wrapping (RFC 1951).
@safe
public struct BlockDeflater: ~Copyable {
  // Of the levels, this one costs least for the bytes it saves on rows and on JSON.
  private static let level: CInt = 4

  /// zlib's own state points back to it, so that it may not move.
  private let stream: UnsafeMutablePointer<z_stream>

  /// Makes what compressing needs; it serves any number of blocks.
  public init() throws(BlockError) {
    unsafe stream = .allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    guard unsafe czlib_deflate_raw(stream, Self.level) == Z_OK else {
      // A failed start leaves nothing that the end could not release.
      throw BlockError.outOfMemory
    }
  }

  deinit {
    unsafe deflateEnd(stream)
    unsafe stream.deallocate()
  }

  /// Returns a block's compressed form.
  ///
  /// The corresponding C function is `deflate`.
  public mutating func compressed(_ block: Span<UInt8>) throws(BlockError) -> [UInt8] {
    guard block.count < Int(UInt32.max), unsafe deflateReset(stream) == Z_OK else {
      throw BlockError(code: .tooLarge, reason: "a block of 4 GiB is too large for zlib")
    }
    let bound = unsafe Int(deflateBound(stream, UInt(block.count)))
    var status = Z_OK
    let output = unsafe [UInt8](unsafeUninitializedCapacity: bound) { output, count in
      unsafe block.withUnsafeBufferPointer { input in
        unsafe stream.pointee.next_in = unsafe UnsafeMutablePointer(mutating: input.baseAddress)
        unsafe stream.pointee.avail_in = UInt32(input.count)
        unsafe stream.pointee.next_out = output.baseAddress
        unsafe stream.pointee.avail_out = UInt32(clamping: bound)
        unsafe status = deflate(stream, Z_FINISH)
      }
      unsafe count = bound - Int(stream.pointee.avail_out)
    }
    guard status == Z_STREAM_END else {
      throw BlockError(code: .outOfMemory, reason: "zlib answers \(status)")
    }
    return output
  }
}
