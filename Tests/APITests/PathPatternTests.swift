import Testing

@testable import API

struct `Path patterns` {
  @Test(
    arguments: [
      ("/", "/", [:]),
      ("/", "/docs", nil),
      ("/docs", "/", nil),
      ("/docs", "", nil),
      ("/docs", "docs", nil),
      ("/docs", "/docs", [:]),
      ("/docs", "/docs/", [:]),
      ("/docs", "/docs//", nil),
      ("/docs", "/doc", nil),
      ("/docs", "/docs2", nil),
      ("/loads/{load}", "/loads/7", ["load": "7"]),
      ("/loads/{load}", "/loads/7/", ["load": "7"]),
      ("/loads/{load}", "/loads/", nil),
      ("/loads/{load}", "/loads", nil),
      ("/loads/{load}", "/loads/7/replay", nil),
      ("/tables/{table}/rows/{row}", "/tables/a%20b/rows/ü", ["table": "a%20b", "row": "ü"]),
      ("/tables/{table}/rows/{row}", "/tables//rows/1", nil),
      ("/tables/{table}/rows", "/tables/{table}/rows", ["table": "{table}"]),
    ] as [(String, String, [String: String]?)])
  func `A pattern takes the paths that are its own, and no other`(
    _ pattern: String, _ path: String, _ expected: [String: String]?
  ) {
    #expect(PathPattern(pattern).match(path) == expected)
  }

  @Test func `Of two patterns that match, the one with more fixed segments counts more`() {
    let fixed = PathPattern("/loads/running")
    let open = PathPattern("/loads/{load}")
    #expect(fixed.literalCount > open.literalCount)
    #expect(open.match("/loads/running") == ["load": "running"])
  }
}
