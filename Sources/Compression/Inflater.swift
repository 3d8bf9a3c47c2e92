internal import CZlib

/// Decompresses blocks that were compressed one by one, without any wrapping (RFC 1951).
@safe
public struct Inflater: ~Copyable {
  /// zlib's own state points back to it, so that it may not move.
  private let stream: UnsafeMutablePointer<z_stream>
  private let room: UnsafeMutableBufferPointer<UInt8>

  /// Allocates what decompression needs; it serves any number of blocks.
  public init() throws(BlockError) {
    unsafe stream = .allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    unsafe room = .allocate(capacity: 64 << 10)
    guard unsafe czlib_inflate_raw(stream) == Z_OK else {
      // A failed start leaves nothing that the end could not release.
      throw BlockError.outOfMemory
    }
  }

  deinit {
    unsafe inflateEnd(stream)
    unsafe stream.deallocate()
    unsafe room.deallocate()
  }

  /// Replaces an array's bytes with what a block holds, which may be so much and no more.
  ///
  /// The corresponding C function is `inflate`.
  ///
  /// - Throws: ``BlockError``; the block has to end where its bytes do.
  public mutating func decompress(
    _ block: Span<UInt8>, into output: inout [UInt8], limit: Int
  ) throws(BlockError) {
    guard block.count < Int(UInt32.max), unsafe inflateReset(stream) == Z_OK else {
      throw BlockError(code: .tooLarge, reason: "a block of 4 GiB is too large for zlib")
    }
    output.removeAll(keepingCapacity: true)
    var failure: BlockError?
    unsafe block.withUnsafeBufferPointer { input in
      unsafe stream.pointee.next_in = unsafe UnsafeMutablePointer(mutating: input.baseAddress)
      unsafe stream.pointee.avail_in = UInt32(input.count)
      var status = Z_OK
      while failure == nil, status == Z_OK {
        status = step(&output)
        failure = verdict(status, output.count, limit)
      }
    }
    if let failure { throw failure }
  }

  /// Fills the room once and adds what came; `Z_OK` says that there may be more.
  private func step(_ output: inout [UInt8]) -> CInt {
    unsafe stream.pointee.next_out = room.baseAddress
    unsafe stream.pointee.avail_out = UInt32(room.count)
    let status = unsafe inflate(stream, Z_NO_FLUSH)
    let produced = unsafe room.count - Int(stream.pointee.avail_out)
    unsafe output.append(contentsOf: room.prefix(produced))
    return status
  }

  private func verdict(_ status: CInt, _ produced: Int, _ limit: Int) -> BlockError? {
    guard produced <= limit else {
      return BlockError(code: .tooLarge, reason: "more than \(limit) bytes come out of it")
    }
    switch status {
    case Z_OK: return nil
    case Z_STREAM_END:
      let rest = unsafe stream.pointee.avail_in
      guard rest > 0 else { return nil }
      return BlockError(code: .damaged, reason: "it ends \(rest) bytes before its place does")
    case Z_BUF_ERROR:
      return BlockError(code: .damaged, reason: "it goes on where its place ends")
    case Z_MEM_ERROR: return .outOfMemory
    default:
      let words = unsafe stream.pointee.msg.map { unsafe String(cString: $0) }
      return BlockError(code: .damaged, reason: words ?? "zlib answers \(status)")
    }
  }
}
