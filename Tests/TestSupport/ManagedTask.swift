internal import Glibc
public import Testing

/// Lays a program where the emulator's Managed Instances mode wants it, while a suite runs.
public struct ManagedTask: SuiteTrait, TestScoping {
  /// The only place of several the mode accepts that does not mix with installed software.
  public static let executable = directory + "/bootstrap"

  private static let directory = "/var/task"
  /// Tells our copy from something that must not be overwritten.
  private static let marker = directory + "/.sluice-conformance"

  /// There is one such place, and suites run side by side, as test runs may.
  private static let lock = "/tmp/sluice-managed-task.lock"

  private let program: String
  private let companions: [String]

  /// Lays the program there, and other files beside it.
  public init(_ program: String, with companions: [String] = []) {
    self.program = program
    self.companions = companions
  }

  /// Why the mode cannot be used; nil when it can.
  public static var obstacle: String? {
    if geteuid() != 0 { return "the RIE's Managed Instances mode switches user: run as root" }
    if exists(executable) && !exists(marker) { return "\(executable) is there and is not ours" }
    return nil
  }

  /// Runs the suite with the program in its place.
  @concurrent
  public func provideScope(
    for test: Test, testCase: Test.Case?,
    performing body: @concurrent @Sendable () async throws -> Void
  ) async throws {
    let descriptor = unsafe open(Self.lock, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw SystemCallFailure("open \(Self.lock)") }
    defer { close(descriptor) }
    while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      try await Task.sleep(for: .milliseconds(20))
    }
    let existed = Self.exists(Self.directory)
    _ = unsafe mkdir(Self.directory, 0o755)
    defer { clear(directoryToo: !existed) }
    try copy()
    try await body()
  }

  /// Copies, because the program's own place need not be open to the user the mode switches to.
  private func copy() throws {
    try ChildProcess.run(["touch", Self.marker])
    for (source, target) in [(program, Self.executable)] + companions.map({ ($0, place(of: $0)) }) {
      try ChildProcess.run(["install", "-m", "755", source, target])
    }
  }

  private func place(of companion: String) -> String {
    Self.directory + "/" + (companion.split(separator: "/").last ?? "")
  }

  private func clear(directoryToo: Bool) {
    for companion in companions { _ = unsafe unlink(place(of: companion)) }
    _ = unsafe unlink(Self.executable)
    _ = unsafe unlink(Self.marker)
    if directoryToo { _ = unsafe rmdir(Self.directory) }
  }

  private static func exists(_ path: String) -> Bool {
    unsafe access(path, F_OK) == 0
  }
}
