internal import System

/// Reads the little XML that S3 speaks: elements without attributes.
enum XML {
  /// Returns the text of the first element of a name, with its entities replaced.
  static func firstText(of name: String, in document: String) -> String? {
    let rest = document.pieces(between: "<\(name)>").dropFirst().first
    guard let pieces = rest?.pieces(between: "</\(name)>"), pieces.count > 1 else { return nil }
    return entities.reduce(pieces[0]) { text, entity in
      text.substituting(entity.name, by: entity.text)
    }
  }

  // The ampersand comes last, so that an entity that was escaped stays one.
  private static let entities: [(name: String, text: String)] = [
    ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"),
    ("&#34;", "\""), ("&#39;", "'"), ("&#xD;", "\r"), ("&#13;", "\r"), ("&amp;", "&"),
  ]
}
