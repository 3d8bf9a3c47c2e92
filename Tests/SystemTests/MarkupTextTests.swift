import System
import Testing

@Suite struct `Text of markup` {
  @Test(arguments: [
    ("", ""), ("plain ü", "plain ü"),
    ("a<b> & \"c\" 'd'", "a&lt;b&gt; &amp; &quot;c&quot; &#39;d&#39;"),
    ("&amp;", "&amp;amp;"), ("<\u{301}", "&lt;\u{301}"),
  ])
  func `nothing of it is taken for markup`(text: String, escaped: String) {
    #expect(MarkupText.escaped(text) == escaped)
  }
}
