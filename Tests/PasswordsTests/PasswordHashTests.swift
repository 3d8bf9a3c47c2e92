import Passwords
import Testing

@Suite struct `Hashes of passwords` {
  static let passwords = [
    "correct horse battery staple", "", "päßwörd-漢字-😀", "with\u{0}nul", "with\u{0}nil",
    String(repeating: "long ", count: 200), " blanks ",
  ]

  @Test func `a hash knows its password and no other`() throws {
    let hashes = try Self.passwords.map { try PasswordHash(of: $0) }
    for (index, hash) in hashes.enumerated() {
      for (other, password) in Self.passwords.enumerated() {
        #expect(try hash.matches(password) == (index == other), "\(index) \(other)")
      }
    }
  }

  @Test func `two hashes of one password differ by their salts`() throws {
    #expect(try PasswordHash(of: "the same").text != PasswordHash(of: "the same").text)
  }

  @Test func `the hash is Argon2id with parameters for a small function`() throws {
    let hash = try PasswordHash(of: "a password")
    #expect(hash.text.hasPrefix("$argon2id$v=19$m=19456,t=2,p=1$"))
    #expect(!hash.isOutdated)
  }

  @Test func `what was made with other parameters is outdated and still good`() throws {
    // Of "a password", with 8 MiB and one pass.
    let old = PasswordHash(
      text: "$argon2id$v=19$m=8192,t=1,p=1$/bJM6aae0i4oFhNHbZrWag"
        + "$f8t+f9NLv9UOKBoy2XocxbRu+4UufxYteyGKVP/OS70")
    #expect(try old.matches("a password"))
    #expect(old.isOutdated)
  }

  @Test(arguments: ["", "x", "$argon2id$", "$2b$12$abc", String(repeating: "$", count: 500)])
  func `what is no hash has no password`(_ text: String) throws {
    #expect(try !PasswordHash(text: text).matches("a password"))
    #expect(PasswordHash(text: text).isOutdated)
  }

  @Test func `the hash of nobody costs what any other costs`() throws {
    #expect(!PasswordHash.ofNobody.isOutdated)
    #expect(try !PasswordHash.ofNobody.matches(""))
  }

  @Test func `fault 46: neither printing nor dumping a hash shows it`() throws {
    let hash = try PasswordHash(of: "a password")
    var dumped = "\(hash) \(String(reflecting: hash))"
    dump(hash, to: &dumped)
    #expect(!dumped.contains("argon2"))
  }

  @Test func `tokens are 32 random bytes as base64url`() throws {
    let tokens = try (0..<100).map { _ in try SecretToken.make() }
    #expect(Set(tokens).count == 100)
    for token in tokens {
      #expect(token.wholeMatch(of: /[A-Za-z0-9_-]{43}/) != nil, "\(token)")
    }
  }
}
