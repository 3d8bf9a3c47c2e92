import Compression
import Testing

/// The text that compressed bytes hold.
enum Unpacked {
  static func text(_ bytes: [UInt8]) throws -> String {
    var text: [UInt8] = []
    var decompressor = try Decompressor(.gzip)
    try decompressor.consume(bytes.span) { piece in
      for index in piece.indices { text.append(piece[index]) }
    }
    try decompressor.finish()
    return String(decoding: text, as: UTF8.self)
  }
}
