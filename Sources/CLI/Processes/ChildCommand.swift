import Glibc

/// A program to start, and how.
package struct ChildCommand: Sendable {
  /// An absolute path.
  package var program: String
  package var arguments: [String]
  package var environment: [String: String]
  package var directory: String?
  /// Drops to this user; only root can.
  package var user: UserAccount?
  /// Receives each line the child prints; nil lets the child use our terminal and our input, as a
  /// command the user asked for expects.
  package var onLine: (@Sendable (String) -> Void)?
  /// Sent by the kernel when we are killed, so that nothing stays behind.
  package var deathSignal: Int32

  package init(
    _ program: String, _ arguments: [String] = [], environment: [String: String],
    directory: String? = nil, user: UserAccount? = nil, deathSignal: Int32 = SIGKILL,
    onLine: (@Sendable (String) -> Void)? = nil
  ) {
    self.program = program
    self.arguments = arguments
    self.environment = environment
    self.directory = directory
    self.user = user
    self.deathSignal = deathSignal
    self.onLine = onLine
  }

  /// Runs the program to its end on the calling thread.
  package func run() throws(CommandError) -> ExitStatus {
    var child = try ChildProcess(self)
    guard case .exited(let status) = child.wait() else { return .signalled(0) }
    return status
  }
}

/// A user and its group, as numbers.
package struct UserAccount: Sendable, Equatable {
  package var user: UInt32
  package var group: UInt32

  /// Looks a user up by name.
  package static func named(_ name: String) -> UserAccount? {
    guard let entry = unsafe getpwnam(name) else { return nil }
    return unsafe UserAccount(user: entry.pointee.pw_uid, group: entry.pointee.pw_gid)
  }
}

/// How a process ended.
package enum ExitStatus: Sendable, Equatable, CustomStringConvertible {
  case exited(Int32)
  case signalled(Int32)

  /// What a shell would report.
  package var shellStatus: Int32 {
    switch self {
    case .exited(let status): status
    case .signalled(let signal): 128 + signal
    }
  }

  package var description: String {
    switch self {
    case .exited(let status): "exit status \(status)"
    case .signalled(let signal): "signal: \(Self.name(of: signal))"
    }
  }

  private static func name(of signal: Int32) -> String {
    guard let name = unsafe strsignal(signal) else { return "\(signal)" }
    return unsafe String(cString: name).lowercased()
  }
}

/// The variables of this process, all of them, to hand on to children.
package enum ProcessEnvironment {
  package static var all: [String: String] {
    var variables: [String: String] = [:]
    var entry = unsafe environ
    while let text = unsafe entry.pointee {
      let pair = unsafe String(cString: text)
      if let sign = pair.firstIndex(of: "=") {
        variables[String(pair[..<sign])] = String(pair[pair.index(after: sign)...])
      }
      unsafe entry = entry.successor()
    }
    return variables
  }
}
