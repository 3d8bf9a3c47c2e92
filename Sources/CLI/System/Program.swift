/// Programs that do their work and end.
package enum Program {
  /// Runs a program to its end on the calling thread.
  package static func run(_ command: ChildCommand) throws(CommandError) -> ExitStatus {
    var child = try ChildProcess(command)
    guard case .exited(let status) = child.wait() else { return .signalled(0) }
    return status
  }
}

/// Directories with all they hold.
package enum Directory {
  package static func remove(_ path: String) {
    _ = try? Program.run(
      ChildCommand("/bin/rm", ["-rf", "--", path], environment: [:], directory: "/"))
  }
}
