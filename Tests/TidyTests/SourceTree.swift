import Glibc

/// The files of the package, as the rules see them.
struct SourceTree {
  struct File {
    /// The path from the package's root.
    let path: String
    let text: String

    var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }

    /// The modules it imports, whatever stands before the word.
    var imports: [String] {
      lines.compactMap { line in
        let words = line.split(separator: " ")
        guard let index = words.firstIndex(of: "import"), index <= 2, index + 1 < words.count,
          words[..<index].allSatisfy({
            $0.hasPrefix("@")
              || ["public", "package", "internal", "fileprivate", "private"].contains($0)
          })
        else { return nil }
        return String(words[index + 1])
      }
    }

    /// The text without what follows `//`, so that prose may name what code may not.
    var code: String {
      lines.map { line in
        line.firstRange(of: "//").map { line[..<$0.lowerBound] } ?? line
      }.joined(separator: "\n")
    }
  }

  static let root = String(#filePath.dropLast("Tests/TidyTests/SourceTree.swift".utf8.count))

  /// Every file under a folder whose name ends so.
  static func files(under folder: String, suffix: String) -> [File] {
    var found: [File] = []
    guard let directory = unsafe opendir(root + folder) else { return [] }
    defer { unsafe closedir(directory) }
    while let entry = unsafe readdir(directory) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) { start in
          unsafe String(cString: start)
        }
      }
      guard !name.hasPrefix(".") else { continue }
      let path = folder + "/" + name
      if unsafe entry.pointee.d_type == UInt8(DT_DIR) {
        found += files(under: path, suffix: suffix)
      } else if name.hasSuffix(suffix), let text = read(path) {
        found.append(File(path: path, text: text))
      }
    }
    return found
  }

  /// The text of a file of the package; nil when there is none.
  static func read(_ path: String) -> String? {
    guard let file = unsafe fopen(root + path, "r") else { return nil }
    defer { unsafe fclose(file) }
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = unsafe piece.withUnsafeMutableBytes { room in
        unsafe fread(room.baseAddress, 1, room.count, file)
      }
      guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
      bytes += piece.prefix(count)
    }
  }
}
