import CProcess
import Glibc

/// Asks for a password on standard input.
///
/// On a terminal it is not shown and asked for twice; else it is the first line, so that scripts can
/// give it without it standing in a command line.
enum PasswordPrompt {
  static func read(for name: String) throws(CommandError) -> String {
    guard isatty(STDIN_FILENO) == 1 else { return try line(nil) }
    let signals = try StopSignals()
    guard cprocess_set_echo(STDIN_FILENO, 0) == 0 else { throw .system("hide what is typed") }
    defer { _ = cprocess_set_echo(STDIN_FILENO, 1) }
    let password = try ask("Password of \(name): ", signals)
    guard try ask("The same again: ", signals) == password else {
      throw CommandError("the two passwords differ", advice: "Nothing was changed.")
    }
    return password
  }

  private static func ask(
    _ question: String, _ signals: StopSignals
  ) throws(CommandError) -> String {
    Console.write(Array(question.utf8), to: STDERR_FILENO)
    defer { Console.write([UInt8(ascii: "\n")], to: STDERR_FILENO) }
    return try line(signals.requested)
  }

  /// Reads up to the end of the line, byte by byte: what follows belongs to others.
  private static func line(_ stop: Wakeup?) throws(CommandError) -> String {
    var bytes: [UInt8] = []
    while bytes.count < 4096 {
      if let stop, waitForAny([.input(STDIN_FILENO), .input(stop.descriptor)]).contains(1) {
        throw CommandError("interrupted; nothing was changed", status: 130)
      }
      var byte: UInt8 = 0
      let count = unsafe Glibc.read(STDIN_FILENO, &byte, 1)
      if count < 0 && errno == EINTR { continue }
      guard count > 0, byte != UInt8(ascii: "\n") else { break }
      bytes.append(byte)
    }
    if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw CommandError("the password is no text in UTF-8")
    }
    return text
  }
}
