import CProcess
import Glibc

/// Where a stack keeps its things: `.sluice` in the project, and a short path under `/tmp` for
/// sockets, whose addresses hold 107 bytes only.
package struct StackDirectory: Sendable {
  package let path: String
  /// Holds the socket, and the data when the stack's own path is closed to the user `postgres`.
  let runtimePath: String

  package init(_ given: String) throws(CommandError) {
    try Files.makeDirectory(given)
    path = Files.absolute(given)
    runtimePath = "\(Self.runtimeRoot)/\(Identifier.hex(Self.fingerprint(path), 16))"
  }

  private static var runtimeRoot: String { "/tmp/sluice-\(geteuid())" }

  var socketDirectory: String { "\(runtimePath)/socket" }
  var statePath: String { "\(path)/stack.json" }
  /// One JSON line for each load's report, in the order they came.
  var reportsPath: String { "\(path)/loads.ndjson" }

  /// The cluster's data: in the stack's directory, if the user it runs as can get there.
  func dataDirectory(for account: UserAccount?) -> String {
    let own = "\(path)/postgres"
    guard let account, !Files.isReachable(own, by: account) else { return own }
    return "\(runtimePath)/postgres"
  }

  /// Makes the directory under `/tmp`, and refuses one that somebody else put there.
  func prepare() throws(CommandError) {
    try Self.prepareRoot()
    try Files.makeDirectory(runtimePath)
  }

  /// Leaves nothing under `/tmp` but a cluster that had to be there.
  func tidy() {
    _ = unsafe rmdir(socketDirectory)
    _ = unsafe rmdir(runtimePath)
  }

  /// A directory of its own for a run that keeps nothing; the caller removes it.
  static func temporary() throws(CommandError) -> String {
    try prepareRoot()
    let path = "\(runtimeRoot)/\(Identifier.hex(.random(in: 0 ... .max), 16))"
    try Files.makeDirectory(path)
    return path
  }

  private static func prepareRoot() throws(CommandError) {
    try Files.makeDirectory(runtimeRoot)
    var entry = stat()
    guard unsafe lstat(runtimeRoot, &entry) == 0, entry.st_mode & S_IFMT == S_IFDIR,
      entry.st_uid == geteuid(), entry.st_mode & 0o022 == 0
    else {
      throw CommandError(
        "\(runtimeRoot) is not a directory of ours alone", advice: "Remove it and try again.")
    }
  }

  /// FNV-1a: the same path always leads to the same directory.
  static func fingerprint(_ text: String) -> UInt64 {
    text.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
  }
}

/// Held by a running stack; the kernel lets go of it when the stack ends, however it ends.
package struct StackLock: ~Copyable {
  private let descriptor: Int32

  /// Takes the lock, or returns nil when a stack runs in that directory.
  package init?(_ directory: StackDirectory) throws(CommandError) {
    let path = "\(directory.path)/lock"
    let descriptor = unsafe cprocess_open_lock(path)
    guard descriptor >= 0 else { throw .system("open \(path)") }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      close(descriptor)
      return nil
    }
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }
}
