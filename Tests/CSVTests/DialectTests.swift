import CSV
import CSVReference
import Testing

@Suite
struct DialectTests {
  @Test(arguments: [
    (CSVDialect(delimiter: 0x09), "a\tb,c\n\"d\te\"\n", [["a", "b,c"], ["d<09>e"]]),
    (CSVDialect(delimiter: 0x3B, quote: 0x27), "'a;b';\"c\"\n", [["a;b", "\"c\""]]),
    (CSVDialect(quote: nil), "\"a,b\"\nc\"", [["\"a", "b\""], ["c\""]]),
    (CSVDialect(skipInitialSpace: true), "  a,  \"b, c\",  \n", [["a", "b, c", ""]]),
    (CSVDialect(skipInitialSpace: true), "a b , c \n", [["a b ", "c "]]),
    (CSVDialect(comment: 0x23), "# a \"quote\n#\nx,#y\n #z\n", [["x", "#y"], [" #z"]]),
    (CSVDialect(escape: 0x5C), "a\\,b,\\\"c,\"d\\\"e\",\\\\\n", [["a,b", "\"c", "d\"e", "\\"]]),
    (CSVDialect(escape: 0x5C), "\"a\"\"b\"\n", [["a\"b"]]),
    (CSVDialect(escape: 0x5C), "a\\\nb\nc\\", [["a<0A>b"], ["c\\"]]),
    (CSVDialect(doubleQuote: false, escape: 0x5C), "\"a\\\"b\"\n", [["a\"b"]]),
    (CSVDialect(doubleQuote: false, escape: 0x22), "\"a\"\"b\"\n", [["a\"b"]]),
    (CSVDialect(delimiter: 0x00), "a\0b\n", [["a", "b"]]),
  ])
  func `a dialect splits as it says`(dialect: CSVDialect, text: String, expected: [[String]]) {
    let options = ParseOptions(dialect: dialect)
    #expect(values(text, options) == expected)
    #expect(
      parse(cut(Array(text.utf8), into: 1), options).map { $0.fields.map { visible($0.value) } }
        == expected)
  }

  @Test
  func `without doubled quotes the second quote is a fault`() {
    let options = ParseOptions(dialect: CSVDialect(doubleQuote: false))
    #expect(parse("\"a\"\"b\"\nc\n", options).map(\.fault) == [.textAfterQuote, nil])
  }

  @Test
  func `comments count as lines`() {
    let options = ParseOptions(dialect: CSVDialect(comment: 0x23))
    #expect(parse("#\n# x\r\na\n#\rb", options).map(\.line) == [3, 5])
  }
}
