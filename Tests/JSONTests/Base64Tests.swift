import JSON
import Testing

@Suite struct `Base64 text` {
  /// The examples of RFC 4648, section 10.
  static let encodings: [(bytes: String, text: String)] = [
    ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
    ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
  ]

  @Test(arguments: encodings)
  func `bytes become the text of RFC 4648 and come back`(bytes: String, text: String) {
    #expect(Base64.encode(Array(bytes.utf8)) == Array(text.utf8))
    #expect(Base64.decode(Array(text.utf8)) == Array(bytes.utf8))
  }

  @Test func `every byte comes back`() {
    let bytes = Array(UInt8.min...UInt8.max)
    #expect(Base64.decode(Base64.encode(bytes)) == bytes)
  }

  @Test func `padding may be left out`() {
    #expect(Base64.decode(Array("Zg".utf8)) == Array("f".utf8))
  }

  @Test(arguments: ["a", "ab=c", "a===", "====", "ab*=", "Zg=", "äöü="])
  func `what is not base64 is refused`(text: String) {
    #expect(Base64.decode(Array(text.utf8)) == nil)
  }
}
