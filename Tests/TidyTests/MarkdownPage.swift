/// A Markdown file, as far as the rules about documents read it.
struct MarkdownPage {
  /// The path from the package's root.
  let path: String
  /// The lines outside code blocks.
  let lines: [Substring]

  init(_ file: SourceTree.File) {
    path = file.path
    var isCode = false
    lines = file.lines.filter { line in
      let isFence = line.drop { $0 == " " }.hasPrefix("```")
      if isFence { isCode.toggle() }
      return !isCode && !isFence
    }
  }

  /// The documents that a reader of the repository finds.
  static var all: [MarkdownPage] {
    let root = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"].compactMap { path in
      SourceTree.read(path).map { SourceTree.File(path: path, text: $0) }
    }
    return (root + SourceTree.files(under: "docs", suffix: ".md")).map(MarkdownPage.init)
  }

  /// The anchors of its headings, as GitHub makes them.
  var anchors: [String] {
    lines.filter { $0.hasPrefix("#") }.map { line in
      Self.anchor(line.drop { $0 == "#" }.dropFirst())
    }
  }

  static func anchor(_ heading: some StringProtocol) -> String {
    String(
      heading.lowercased().compactMap { character -> Character? in
        if character == " " { return "-" }
        let isKept = character.isLetter || character.isNumber || "-_".contains(character)
        return isKept ? character : nil
      })
  }

  /// Where its links lead within the package, without the links to other sites.
  var links: [String] {
    lines.flatMap { line in
      line.matches(of: /\]\(([^)\s]+)\)/).map { String($0.output.1) }
    }.filter { !$0.contains("://") && !$0.hasPrefix("mailto:") }
  }

  /// The path of a link from the package's root; the page's own path for a bare anchor.
  func resolved(_ link: some StringProtocol) -> String {
    guard !link.isEmpty else { return path }
    var parts = path.split(separator: "/").dropLast().map(String.init)
    for part in link.split(separator: "/") where part != "." {
      if part == ".." { _ = parts.popLast() } else { parts.append(String(part)) }
    }
    return parts.joined(separator: "/")
  }
}
