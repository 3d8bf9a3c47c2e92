internal import CZlib

/// Compresses bytes that stand ready (RFC 1952).
public enum Gzip {
  // Of the levels, this one costs least for the bytes it saves on JSON.
  private static let level: CInt = 4

  /// The bytes as one gzip member, or nil when there is no memory for it.
  ///
  /// The corresponding C function is `deflate`.
  public static func compressed(_ bytes: Span<UInt8>) -> [UInt8]? {
    guard bytes.count < Int(UInt32.max) else { return nil }
    var stream = unsafe z_stream()
    guard unsafe czlib_deflate_gzip(&stream, level) == Z_OK else { return nil }
    defer { unsafe deflateEnd(&stream) }
    let bound = unsafe Int(deflateBound(&stream, UInt(bytes.count)))
    var status = Z_OK
    let output = unsafe [UInt8](unsafeUninitializedCapacity: bound) { output, count in
      unsafe bytes.withUnsafeBufferPointer { input in
        unsafe stream.next_in = unsafe UnsafeMutablePointer(mutating: input.baseAddress)
        unsafe stream.avail_in = UInt32(input.count)
        unsafe stream.next_out = output.baseAddress
        unsafe stream.avail_out = UInt32(bound)
        unsafe status = deflate(&stream, Z_FINISH)
      }
      unsafe count = bound - Int(stream.avail_out)
    }
    return status == Z_STREAM_END ? output : nil
  }
}
