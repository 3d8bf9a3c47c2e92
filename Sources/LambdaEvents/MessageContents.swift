internal import JSON

/// What texts carried by SQS and SNS hold, once every wrapper is taken off.
struct MessageContents {
  private(set) var objects: [ObjectNotification] = []
  /// Whether nothing but S3's test messages was found.
  private(set) var isTestEvent = true

  // SNS in SQS is one wrapper in another; nobody wraps deeper than this on purpose.
  private static let depthLimit = 4

  init(
    _ texts: [(path: String, text: String)], inside outer: String, depth: Int
  ) throws(EventFault) {
    for (inner, text) in texts {
      let path = outer.isEmpty ? inner : EventFault.join(outer, inner)
      switch try Self.source(of: text, at: path) {
      case .objects(let found):
        objects += found
        isTestEvent = false
      case .test:
        continue
      case .texts(let wrapped) where depth < Self.depthLimit:
        let contents = try MessageContents(wrapped, inside: path, depth: depth + 1)
        objects += contents.objects
        isTestEvent = isTestEvent && contents.isTestEvent
      case .texts, .queue:
        throw EventFault(code: .unknownShape, path: path, expected: ObjectSource.shapes)
      }
    }
  }

  private static func source(of text: String, at path: String) throws(EventFault) -> ObjectSource {
    do {
      return try JSON.decode(ObjectSource.self, from: Array(text.utf8))
    } catch {
      throw EventFault(error, inside: path)
    }
  }
}
