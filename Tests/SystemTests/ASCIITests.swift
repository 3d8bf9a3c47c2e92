import System
import Testing

@Suite struct `Bytes of ASCII` {
  @Test(arguments: UInt8.min...UInt8.max)
  func `each is what its character is`(byte: UInt8) {
    let character = Character(Unicode.Scalar(byte))
    let isASCII = character.isASCII
    #expect(byte.isASCIIDigit == (isASCII && character.isNumber))
    #expect(byte.isASCIILetter == (isASCII && character.isLetter))
    #expect(byte.isASCIIAlphanumeric == (byte.isASCIIDigit || byte.isASCIILetter))
    #expect(byte.hexadecimalValue.map { Int($0) } == (isASCII ? character.hexDigitValue : nil))
    #expect(
      byte.lowercasedASCII == (isASCII ? character.lowercased().utf8.first : byte))
  }
}
