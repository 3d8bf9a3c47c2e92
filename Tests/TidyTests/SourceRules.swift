import Testing

/// Rules that the compiler cannot state.
@Suite struct `Source rules` {
  static let swiftFiles =
    SourceTree.files(under: "Sources", suffix: ".swift")
    + SourceTree.files(under: "Tests", suffix: ".swift")
    + SourceTree.files(under: "Benchmarks", suffix: ".swift")

  @Test func `the rules see the sources`() {
    #expect(Self.swiftFiles.count > 100)
  }

  @Test func `only JSON imports FoundationEssentials and nobody Foundation`() {
    for file in Self.swiftFiles {
      #expect(!file.imports.contains("Foundation"), "\(file.path)")
      #expect(!file.imports.contains("FoundationInternationalization"), "\(file.path)")
      if file.imports.contains("FoundationEssentials") {
        #expect(file.path.hasPrefix("Sources/JSON/"), "\(file.path)")
      }
    }
  }

  @Test(arguments: [
    "fatal" + "Error(", "try" + "!", "@unchec" + "ked", "nonisolated" + "(unsafe)", "as" + "! ",
  ])
  func `sources do not use what ends the process on bad input`(_ word: String) {
    for file in Self.swiftFiles {
      #expect(!file.code.contains(word), "\(file.path)")
    }
  }

  @Test func `sources use no async`() {
    for file in Self.swiftFiles where file.path.hasPrefix("Sources/") {
      let words = file.code.split { !$0.isLetter }
      #expect(!words.contains("async") && !words.contains("await"), "\(file.path)")
    }
  }

  @Test func `no file is longer than 400 lines and half are shorter than 150`() {
    let lengths = Self.swiftFiles.map { file in
      #expect(file.lines.count <= 401, "\(file.path): \(file.lines.count) lines")
      return file.lines.count
    }.sorted()
    #expect(lengths[lengths.count / 2] <= 150)
  }

  @Test func `folders are named for what they hold`() {
    for file in Self.swiftFiles {
      for part in file.path.split(separator: "/").dropLast() {
        #expect(!["Utils", "Common", "Helpers", "Models"].contains(part), "\(file.path)")
      }
    }
  }

  @Test func `open ends are not left in the sources`() {
    for file in Self.swiftFiles {
      for mark in ["TO" + "DO", "FIX" + "ME"] {
        #expect(!file.text.contains(mark), "\(file.path)")
      }
    }
  }
}
