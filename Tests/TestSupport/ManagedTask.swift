internal import Glibc
internal import Synchronization
public import Testing

/// Lays a program where the emulator's Managed Instances mode wants it, while a suite runs.
public struct ManagedTask: SuiteTrait, TestScoping {
  /// The only place of several the mode accepts that does not mix with installed software.
  public static let executable = directory + "/bootstrap"

  private static let directory = "/var/task"
  /// Tells our copy from something that must not be overwritten.
  private static let marker = directory + "/.sluice-conformance"

  private static let isTaken = Mutex(false)

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
    // There is one such place, and suites run side by side.
    while !Self.take() { try await Task.sleep(for: .milliseconds(20)) }
    defer { Self.isTaken.withLock { $0 = false } }
    let existed = Self.exists(Self.directory)
    _ = unsafe mkdir(Self.directory, 0o755)
    defer { clear(directoryToo: !existed) }
    try copy()
    try await body()
  }

  /// Copies, because the program's own place need not be open to the user the mode switches to.
  private func copy() throws {
    let touch = try ChildProcess("/usr/bin/touch", [Self.marker])
    guard touch.wait(.seconds(5)) == .exited(0) else { throw RIEFailure(touch.output) }
    for (source, target) in [(program, Self.executable)] + companions.map({ ($0, place(of: $0)) }) {
      let install = try ChildProcess("/usr/bin/install", ["-m", "755", source, target])
      guard install.wait(.seconds(30)) == .exited(0) else {
        throw RIEFailure("\(source) cannot be copied to \(target): \(install.output)")
      }
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

  private static func take() -> Bool {
    isTaken.withLock { isTaken in
      defer { isTaken = true }
      return !isTaken
    }
  }

  private static func exists(_ path: String) -> Bool {
    unsafe access(path, F_OK) == 0
  }
}
