import JSON

extension JSONText {
  /// Lays valid JSON out so that what fits a line stands on one; the first line is not indented.
  package static func laidOut(_ bytes: [UInt8], width: Int, indentation: Int) -> String {
    let tokens = tokens(bytes).map { String(decoding: $0, as: UTF8.self) }
    var index = 0
    return value(tokens, &index, width, indentation, room: width - indentation)
  }

  private static func value(
    _ tokens: [String], _ index: inout Int, _ width: Int, _ indentation: Int, room: Int
  ) -> String {
    let opening = tokens[index]
    guard opening == "{" || opening == "[" else {
      index += 1
      return opening
    }
    let end = end(of: index, tokens)
    if let line = line(tokens[index...end], room: room) {
      index = end + 1
      return line
    }
    var text = opening
    index += 1
    let inner = indentation + 2
    while index < end {
      if tokens[index] == "," {
        text += ","
        index += 1
      }
      text += "\n" + String(repeating: " ", count: inner)
      var room = width - inner
      if opening == "{" {
        let key = tokens[index] + ": "
        text += key
        room -= key.count
        index += 2
      }
      text += value(tokens, &index, width, inner, room: room)
    }
    index += 1
    return text + "\n" + String(repeating: " ", count: indentation) + tokens[end]
  }

  private static func end(of start: Int, _ tokens: [String]) -> Int {
    var depth = 0
    for index in start..<tokens.count {
      if tokens[index] == "{" || tokens[index] == "[" { depth += 1 }
      if tokens[index] == "}" || tokens[index] == "]" { depth -= 1 }
      if depth == 0 { return index }
    }
    return tokens.count - 1
  }

  private static func depth(_ tokens: ArraySlice<String>) -> Int {
    var (depth, deepest) = (0, 0)
    for token in tokens {
      if token == "{" || token == "[" { depth += 1 }
      if token == "}" || token == "]" { depth -= 1 }
      deepest = max(deepest, depth)
    }
    return deepest
  }

  /// A container on one line; nil when it is easier to read on several.
  private static func line(_ tokens: ArraySlice<String>, room: Int) -> String? {
    guard tokens.count > 2 else { return tokens.joined() }
    guard tokens.count <= room else { return nil }
    let line = line(tokens)
    // What holds containers is easier to read when each has a line of its own.
    guard line.count <= room, depth(tokens) <= 2 || tokens.first == "[" && line.count < room
    else { return nil }
    return line
  }

  private static func line(_ tokens: ArraySlice<String>) -> String {
    var text = ""
    for token in tokens {
      switch token {
      case ",", ":": text += token + " "
      case "{": text += "{ "
      case "}": text += text.hasSuffix("{ ") ? "}" : " }"
      default: text += token
      }
    }
    return text
  }

  /// Where the elements of a list stand that is a member of the outermost object, and where the first
  /// would begin; nil when there is no such list.
  static func elements(
    of key: String, in bytes: [UInt8]
  ) -> (start: Int, elements: [Range<Int>])? {
    let tokens = tokens(bytes)
    var depth = 0
    for index in tokens.indices {
      switch tokens[index].first {
      case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
      case UInt8(ascii: ":") where depth == 1 && index > 0 && index + 1 < tokens.count:
        guard tokens[index + 1].first == UInt8(ascii: "["),
          (try? JSON.decode(String.self, from: Array(tokens[index - 1]))) == key
        else { continue }
        return (tokens[index + 1].endIndex, elements(tokens[(index + 2)...]))
      default: break
      }
    }
    return nil
  }

  /// The places of the values up to the bracket that ends their list.
  private static func elements(_ tokens: ArraySlice<ArraySlice<UInt8>>) -> [Range<Int>] {
    var elements: [Range<Int>] = []
    var depth = 0
    var start: Int?
    for token in tokens {
      switch token.first {
      case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        depth -= 1
        if depth < 0 { return elements }
      case UInt8(ascii: ",") where depth == 0:
        start = nil
        continue
      default: break
      }
      start = start ?? token.startIndex
      if depth == 0, let begin = start { elements.append(begin..<token.endIndex) }
    }
    return elements
  }
}
