/// Text of XML and HTML.
package enum MarkupText {
  /// Writes text so that it is text in elements and in quoted attributes.
  package static func escaped(_ text: String) -> String {
    text.substituting("&", by: "&amp;").substituting("<", by: "&lt;")
      .substituting(">", by: "&gt;").substituting("\"", by: "&quot;")
      .substituting("'", by: "&#39;")
  }
}
