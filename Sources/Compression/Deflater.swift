internal import CZlib

/// Compresses blocks of bytes, each by itself.
@safe
public struct Deflater: ~Copyable {
  /// What surrounds a compressed block.
  public enum Wrapping: Sendable {
    /// Nothing (RFC 1951).
    case none
    /// The header and the checksum of a gzip member (RFC 1952).
    case gzip
  }

  // Of the levels, this one costs least for the bytes it saves on rows and on JSON.
  private static let level: CInt = 4

  /// zlib's own state points back to it, so that it may not move.
  private let stream: UnsafeMutablePointer<z_stream>

  /// Allocates what compression needs; it serves any number of blocks.
  public init(_ wrapping: Wrapping = .none) throws(BlockError) {
    unsafe stream = .allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    let status =
      switch wrapping {
      case .none: unsafe czlib_deflate_raw(stream, Self.level)
      case .gzip: unsafe czlib_deflate_gzip(stream, Self.level)
      }
    guard status == Z_OK else {
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

/// Compresses bytes that are all in memory (RFC 1952).
public enum Gzip {
  /// The bytes as one gzip member, or nil when there is no memory for it.
  public static func compressed(_ bytes: Span<UInt8>) -> [UInt8]? {
    do throws(BlockError) {
      var deflater = try Deflater(.gzip)
      return try deflater.compressed(bytes)
    } catch {
      return nil
    }
  }
}

/// Says why a block could not be compressed or undone.
public struct BlockError: Error, Sendable, Equatable {
  /// Names the kind of failure.
  public enum Code: Sendable {
    /// The block is not as its format wants it, or ends too early or too late.
    case damaged
    /// More would come out of the block than was allowed.
    case tooLarge
    /// There was no memory for it.
    case outOfMemory
  }

  /// The kind of failure.
  public let code: Code
  /// What is wrong, in the library's words where it has some.
  public let reason: String

  static let outOfMemory = BlockError(code: .outOfMemory, reason: "there is no memory for zlib")
}
