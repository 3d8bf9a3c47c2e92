extension UInt8 {
  /// Whether the byte is one of `0` to `9`.
  @inlinable
  public var isASCIIDigit: Bool { self &- 0x30 <= 9 }

  /// Whether the byte is one of `a` to `z` or `A` to `Z`.
  @inlinable
  public var isASCIILetter: Bool { (self | 0x20) &- 0x61 < 26 }

  /// Whether the byte is a letter or a digit of ASCII.
  @inlinable
  public var isASCIIAlphanumeric: Bool { isASCIIDigit || isASCIILetter }

  /// The byte, of `A` to `Z` the small letter.
  @inlinable
  public var lowercasedASCII: UInt8 { self &- 0x41 < 26 ? self | 0x20 : self }

  /// The value of a hexadecimal digit; nil when the byte is none.
  @inlinable
  public var hexadecimalValue: UInt8? {
    if isASCIIDigit { return self &- 0x30 }
    let letter = (self | 0x20) &- 0x61
    return letter < 6 ? letter + 10 : nil
  }
}
