import JSON
import Testing

@Suite struct WriterTests {
  private func text(ascii: Bool = false, _ write: (inout JSONWriter) -> Void) -> String {
    var writer = JSONWriter(escapesNonASCII: ascii)
    write(&writer)
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  @Test func `commas and colons are put where they belong`() {
    let written = text { writer in
      writer.beginObject()
      writer.key("a")
      writer.integer(1)
      writer.key("b")
      writer.beginArray()
      writer.null()
      writer.bool(false)
      writer.beginArray()
      writer.endArray()
      writer.raw(Array("{\"x\":1}".utf8).span)
      writer.number(0.25)
      writer.number(.infinity)
      writer.endArray()
      writer.key("c")
      writer.string("d")
      writer.endObject()
    }
    #expect(written == #"{"a":1,"b":[null,false,[],{"x":1},0.25,null],"c":"d"}"#)
  }

  /// Bytes, and the text they mean by the rule of the standard library, which replaces each
  /// maximal ill-formed piece by one U+FFFD.
  @Test func `any bytes become the string that UTF-8 repair makes of them`() throws {
    let alphabet: [UInt8] = [
      0x00, 0x1F, 0x20, 0x22, 0x41, 0x5C, 0x7E, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0,
      0xC1,
      0xC2, 0xDF, 0xE0, 0xE1, 0xED, 0xEF, 0xF0, 0xF1, 0xF4, 0xF5, 0xFF,
    ]
    var seed: UInt64 = 1
    for length in 0..<4000 {
      let bytes = (0..<length % 40).map { _ in
        seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return alphabet[Int(seed >> 33) % alphabet.count]
      }
      for ascii in [false, true] {
        var writer = JSONWriter(escapesNonASCII: ascii)
        writer.string(utf8: bytes.span)
        #expect(!ascii || writer.bytes.allSatisfy { (0x20..<0x7F).contains($0) })
        let read = try JSON.decode(String.self, from: writer.bytes)
        #expect(
          Array(read.unicodeScalars) == Array(String(decoding: bytes, as: UTF8.self).unicodeScalars)
        )
      }
    }
  }

  @Test func `every byte that needs an escape has one, wherever it stands`() throws {
    for byte in UInt8(0)..<0x80 {
      for position in 0..<20 {
        var bytes = [UInt8](repeating: 0x61, count: 20)
        bytes[position] = byte
        let string = String(decoding: bytes, as: UTF8.self)
        let written = text { $0.string(string) }
        #expect(try JSON.decode(String.self, from: Array(written.utf8)) == string)
        #expect(written.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F })
      }
    }
  }
}
