import Testing

/// Rules that the compiler cannot state.
@Suite struct `Source rules` {
  static let swiftFiles =
    SourceTree.files(under: "Sources", suffix: ".swift")
    + SourceTree.files(under: "Tests", suffix: ".swift")
    + SourceTree.files(under: "Benchmarks", suffix: ".swift")

  /// Each C library and the one target that may import it.
  static let owners = [
    "CCurl": "Sources/HTTP/", "CLibpq": "Sources/Postgres/", "CCrypto": "Sources/AWS/",
    "CMicroHTTPD": "Sources/CLI/", "CProcess": "Sources/CLI/", "CWideCompare": "Sources/CSV/",
    "CZlib": "Sources/Compression/", "CZstd": "Sources/Compression/",
    "CSodium": "Sources/Passwords/",
  ]

  /// What each target of ours may import of the others.
  static let directions: [String: Set<String>] = [
    "Sources/Certificates/": [],
    "Sources/SteadyClock/": [],
    "Sources/TextSearch/": [],
    "Sources/JSON/": [],
    "Sources/CSV/": [],
    "Sources/Compression/": [],
    "Sources/Avro/": ["Compression", "JSON"],
    "Sources/Passwords/": [],
    "Sources/Postgres/": ["Certificates", "SteadyClock", "TextSearch"],
    "Sources/HTTP/": ["Certificates", "SteadyClock"],
    "Sources/AWS/": ["HTTP", "JSON", "SteadyClock"],
    "Sources/LambdaEvents/": ["JSON"],
    "Sources/LambdaRuntime/": ["JSON"],
    "Sources/Handlers/": [
      "LambdaRuntime", "LambdaEvents", "AWS", "HTTP", "CSV", "Compression", "Avro", "Passwords",
      "Postgres", "JSON", "SteadyClock", "TextSearch",
    ],
    "Sources/Bootstrap/": ["Handlers", "LambdaRuntime"],
    "Sources/CLI/": [
      "Handlers", "LambdaRuntime", "LambdaEvents", "AWS", "HTTP", "Postgres", "JSON",
    ],
  ]

  static let targets: Set<String> = [
    "JSON", "CSV", "Compression", "Avro", "Passwords", "Postgres", "HTTP", "AWS", "LambdaEvents",
    "LambdaRuntime", "Handlers", "Certificates", "SteadyClock", "TextSearch",
  ]

  @Test func `the rules see the sources`() {
    #expect(Self.swiftFiles.count > 100)
  }

  @Test func `a C library has one owner`() {
    for file in Self.swiftFiles {
      for module in file.imports {
        guard let owner = Self.owners[module] else { continue }
        let tests = "Tests/\(owner.dropFirst("Sources/".utf8.count).dropLast())Tests/"
        #expect(
          file.path.hasPrefix(owner) || file.path.hasPrefix(tests), "\(file.path) imports \(module)"
        )
      }
    }
  }

  @Test func `targets depend in one direction`() {
    for (folder, allowed) in Self.directions {
      for file in Self.swiftFiles where file.path.hasPrefix(folder) {
        for module in file.imports where Self.targets.contains(module) {
          #expect(allowed.contains(module), "\(file.path) imports \(module)")
        }
      }
    }
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
