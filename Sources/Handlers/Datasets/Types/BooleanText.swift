/// The words for true and false, as Table Schema's `trueValues` and `falseValues` declare them.
package struct BooleanWords: Sendable, Equatable {
  package var trueWords = ["true", "True", "TRUE", "1"]
  package var falseWords = ["false", "False", "FALSE", "0"]

  package static let standard = BooleanWords()
}

/// Booleans as text: Table Schema's default true and false values.
enum BooleanText {
  static func parse(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Bool? {
    switch count {
    case 1:
      switch unsafe bytes[0] {
      case 0x31: return true
      case 0x30: return false
      default: return nil
      }
    case 4: return unsafe matches(bytes, "true", "True", "TRUE") ? true : nil
    case 5: return unsafe matches(bytes, "false", "False", "FALSE") ? false : nil
    default: return nil
    }
  }

  private static func matches(_ bytes: UnsafePointer<UInt8>, _ words: StaticString...) -> Bool {
    words.contains { word in
      for index in 0..<word.utf8CodeUnitCount
      where unsafe word.utf8Start[index] != bytes[index] { return false }
      return true
    }
  }
}

extension BooleanWords {
  /// The value that a word stands for, or nil when it is none of them.
  func value(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Bool? {
    func isAmong(_ words: [String]) -> Bool {
      words.contains { word in
        word.utf8.count == count
          && zip(word.utf8, 0..<count).allSatisfy { unsafe $0 == bytes[$1] }
      }
    }
    return isAmong(trueWords) ? true : isAmong(falseWords) ? false : nil
  }
}
