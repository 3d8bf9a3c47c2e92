import CLI
import Glibc
import TestSupport
import Testing

@Suite(.enabled(if: ScratchDatabase.isAvailable, "set TEST_DATABASE_URL"))
struct `Users from a terminal` {
  @Test func `users are added, listed, disabled and enabled`() throws {
    let database = try ScratchDatabase()
    let commands = try `Files from a terminal`.folder(database)
    let added = try commands.run("echo 'correct horse battery' | sluice users add ada --role admin")
    #expect(added.status == 0 && added.output == "ada is a user with the role admin.\n", "\(added)")
    let other = try commands.run("printf 'with spaces  \\r\\nmore' | sluice users add bob")
    #expect(other.status == 0, "\(other)")
    let twice = try commands.run("echo 'correct horse battery' | sluice users add ada")
    #expect(twice.status == 1 && twice.notes.contains("there is a user ada already"), "\(twice)")
    #expect(try commands.run("sluice users disable bob").status == 0)
    let list = try commands.run("sluice users list")
    #expect(list.output.contains("ada   admin"), "\(list)")
    #expect(
      try database.rows("SELECT name, role, disabled_at IS NULL FROM sluice.users ORDER BY 1")
        == [["ada", "admin", "t"], ["bob", "reader", "f"]])
    #expect(try commands.run("sluice users enable bob").status == 0)
    let hash = try database.value("SELECT password_hash FROM sluice.users WHERE name = 'bob'")
    #expect(try commands.run("echo 'another password' | sluice users password bob").status == 0)
    #expect(try database.value("SELECT password_hash FROM sluice.users WHERE name = 'bob'") != hash)
    #expect(try database.value("SELECT count(disabled_at) FROM sluice.users") == "0")
    let gone = try commands.run("sluice users disable nobody")
    #expect(gone.status == 1 && gone.notes.contains("there is no user nobody"), "\(gone)")
  }

  @Test func `what cannot be a name or a password is told before anything is made`() throws {
    let database = try ScratchDatabase()
    let commands = try `Files from a terminal`.folder(database)
    let short = try commands.run("echo canary | sluice users add ada")
    #expect(short.status == 1 && short.notes.contains("12 to 128 characters"), "\(short)")
    #expect(!short.notes.contains("canary"))
    let name = try commands.run("echo 'correct horse battery' | sluice users add Ada")
    #expect(name.status == 1 && name.notes.contains("lower-case"), "\(name)")
    #expect(try commands.run("printf '\\377aaaaaaaaaaaaa' | sluice users add ada").status == 1)
    #expect(try database.value("SELECT to_regclass('sluice.users') IS NULL") == "t")
  }

  @Test func `fault 46: a terminal asks twice and does not show the password`() throws {
    let database = try ScratchDatabase()
    let commands = try `Files from a terminal`.folder(database)
    try commands.folder.write(
      """
      import os, pty, sys, termios
      lines = sys.argv[1].split("/")
      child, terminal = pty.fork()
      if child == 0:
          os.execvp("sluice", ["sluice", "users", "add", "ada"])
      seen = b""
      def read():
          global seen
          try:
              piece = os.read(terminal, 1000)
          except OSError:
              piece = b""
          seen += piece
          return piece
      for count, line in enumerate(lines):
          while seen.count(b": ") <= count and read(): pass
          os.write(terminal, line.replace("^C", "\\x03").encode() + (b"" if "^C" in line else b"\\n"))
      while read(): pass
      print(seen.decode(), os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
      """, as: "terminal.py")
    let differs = try commands.run("python3 terminal.py 'canary canary 1/canary canary 2'")
    #expect(differs.output.contains("the two passwords differ"), "\(differs)")
    #expect(differs.output.hasSuffix(" 1\n"))
    let stopped = try commands.run("python3 terminal.py 'canary canary 1/^C'")
    #expect(stopped.output.hasSuffix(" 130\n"), "\(stopped)")
    let added = try commands.run("python3 terminal.py 'canary canary 1/canary canary 1'")
    #expect(added.output.contains("ada is a user with the role reader."), "\(added)")
    #expect(added.output.hasSuffix(" 0\n"))
    for run in [differs, stopped, added] { #expect(!run.output.contains("canary"), "\(run)") }
    #expect(try database.value("SELECT count(*) FROM sluice.users") == "1")
  }
}
