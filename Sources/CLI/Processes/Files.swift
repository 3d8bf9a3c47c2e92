import Glibc
import System

/// The file system, as far as the commands need it.
package enum Files {
  package static func exists(_ path: String) -> Bool {
    unsafe access(path, F_OK) == 0
  }

  static func isExecutable(_ path: String) -> Bool {
    unsafe access(path, X_OK) == 0
  }

  package static func read(_ path: String) throws(CommandError) -> [UInt8] {
    do throws(SystemError) {
      return try OpenFile(path, for: .reading).contents()
    } catch {
      throw .system("read \(path)", error)
    }
  }

  package static func readText(_ path: String) -> String? {
    (try? read(path)).map { String(decoding: $0, as: UTF8.self) }
  }

  /// Writes a file so that a reader sees the old one or the new one, never half of one.
  package static func write(_ bytes: [UInt8], to path: String) throws(CommandError) {
    var file = try OutputFile(draftOf: path)
    try file.write(bytes.span)
    try file.finish()
  }

  /// Makes a directory and those above it.
  package static func makeDirectory(_ path: String, mode: UInt32 = 0o755) throws(CommandError) {
    if unsafe mkdir(path, mode) == 0 || errno == EEXIST { return }
    guard errno == ENOENT, let parent = parent(of: path) else {
      throw .system("make the directory \(path)")
    }
    try makeDirectory(parent)
    guard unsafe mkdir(path, mode) == 0 || errno == EEXIST else {
      throw .system("make the directory \(path)")
    }
  }

  package static func remove(_ path: String) {
    _ = unsafe unlink(path)
  }

  /// Removes a directory with all it holds.
  package static func removeTree(_ path: String) {
    _ = try? ChildCommand("/bin/rm", ["-rf", "--", path], environment: [:], directory: "/").run()
  }

  /// Changes with every new version of a file; nil when there is none.
  static func version(of path: String) -> [Int]? {
    var entry = stat()
    guard unsafe stat(path, &entry) == 0 else { return nil }
    return [entry.st_mtim.tv_sec, entry.st_mtim.tv_nsec, Int(entry.st_ino), entry.st_size]
  }

  static func parent(of path: String) -> String? {
    guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return nil }
    return String(path[..<slash])
  }

  static func name(of path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? path
  }

  /// A path from the root, with symbolic links left as they are.
  ///
  /// A program may tell by its own path what it belongs to, as Python tells its environment.
  static func rooted(_ path: String) -> String {
    path.hasPrefix("/") ? path : "\(workingDirectory)/\(path)"
  }

  /// A path from the root, with symbolic links followed where the file exists.
  package static func absolute(_ path: String) -> String {
    if let resolved = unsafe realpath(path, nil) {
      defer { unsafe free(resolved) }
      return unsafe String(cString: resolved)
    }
    return rooted(path)
  }

  static var workingDirectory: String {
    guard let path = unsafe getcwd(nil, 0) else { return "/" }
    defer { unsafe free(path) }
    return unsafe String(cString: path)
  }

  /// Whether a user may pass through every directory above the path.
  static func isReachable(_ path: String, by account: UserAccount) -> Bool {
    var directory = parent(of: path)
    while let current = directory {
      var entry = stat()
      guard unsafe stat(current, &entry) == 0 else { return false }
      let bit: UInt32 =
        entry.st_uid == account.user ? 0o100 : entry.st_gid == account.group ? 0o010 : 0o001
      if entry.st_mode & bit == 0 { return false }
      directory = parent(of: current)
    }
    return true
  }

  /// Paths that match a shell pattern, sorted.
  package static func matching(_ pattern: String) -> [String] {
    var found = unsafe glob_t()
    defer { unsafe globfree(&found) }
    guard unsafe glob(pattern, 0, nil, &found) == 0 else { return [] }
    return unsafe (0..<Int(found.gl_pathc)).compactMap { index in
      unsafe found.gl_pathv[index].map { unsafe String(cString: $0) }
    }
  }
}

/// A file that is written piece by piece and appears under its name when it is whole.
///
/// The path `-` stands for standard output, which gets the pieces at once.
struct OutputFile: ~Copyable {
  private let path: String
  private let draft: String?
  private var descriptor: Int32

  init(_ path: String) throws(CommandError) {
    try self.init(path, draft: path == "-" ? nil : path + ".new")
  }

  /// Begins a file, even one named `-`.
  init(draftOf path: String) throws(CommandError) {
    try self.init(path, draft: path + ".new")
  }

  private init(_ path: String, draft: String?) throws(CommandError) {
    (self.path, self.draft) = (path, draft)
    guard let draft else {
      descriptor = STDOUT_FILENO
      return
    }
    descriptor = unsafe open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw .system("write \(path)") }
  }

  deinit {
    guard let draft, descriptor >= 0 else { return }
    close(descriptor)
    Files.remove(draft)
  }

  func write(_ bytes: Span<UInt8>) throws(CommandError) {
    do throws(SystemError) {
      try OpenFile.write(bytes, to: descriptor)
    } catch {
      throw .system("write \(path)", error)
    }
  }

  /// Gives the file its name.
  mutating func finish() throws(CommandError) {
    guard let draft else { return }
    guard close(descriptor) == 0 else {
      descriptor = -1
      throw .system("write \(path)")
    }
    descriptor = -1
    guard unsafe rename(draft, path) == 0 else { throw .system("write \(path)") }
  }
}
