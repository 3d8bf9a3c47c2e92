import Testing

/// Documents lead to what there is.
@Suite struct `Document rules` {
  let pages = MarkdownPage.all

  @Test func `every link between documents leads to a file and a heading`() {
    #expect(pages.count > 10)
    for page in pages {
      for link in page.links {
        let parts = link.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
        let path = page.resolved(parts[0])
        #expect(SourceTree.read(path) != nil, "\(page.path): \(link)")
        guard parts.count == 2, let target = pages.first(where: { $0.path == path }) else {
          continue
        }
        #expect(target.anchors.contains(String(parts[1])), "\(page.path): \(link)")
      }
    }
  }

  @Test func `every decision is in the index once`() throws {
    let folder = "docs/decisions/"
    let index = try #require(pages.first { $0.path == folder + "README.md" })
    let entries = pages.filter { $0.path.hasPrefix(folder) && $0.path != index.path }.flatMap {
      page in
      page.lines.filter { $0.hasPrefix("## ") }.map { line in
        "\(page.path.dropFirst(folder.utf8.count))#\(MarkdownPage.anchor(line.dropFirst(3)))"
      }
    }
    #expect(entries.count > 90)
    for entry in entries {
      let times = index.links.count { $0 == entry }
      #expect(times == 1, "docs/decisions/README.md has \(times) links to \(entry)")
    }
  }
}
