internal import CSV
internal import Glibc

/// Questions asked of raw bytes on the way from the file to the row.
enum Bytes {
  @inline(__always)
  static func hasNUL(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Bool {
    unsafe memchr(bytes, 0, count) != nil
  }
}
