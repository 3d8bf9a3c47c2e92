extension Span<UInt8> {
  /// The bytes as an array of their own.
  package var copied: [UInt8] {
    unsafe withUnsafeBufferPointer { bytes in unsafe Array(bytes) }
  }
}
