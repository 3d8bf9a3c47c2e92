/// What a session knows of the statements that stand prepared at its server.
///
/// A statement is prepared when it comes for the second time: one that never comes again is not worth
/// a place at the server.
struct PreparedStatements {
  /// How a statement is to be sent.
  enum Way: Equatable {
    case whole
    case prepared(name: String)
    case byName(String)
  }

  /// How many stand prepared at most; each takes memory at the server for as long as the session is.
  static let limit = 64
  /// How many that came once are remembered.
  private static let memory = 256

  private var names: [String: String] = [:]
  private var cameOnce: Set<String> = []

  /// Says how to send a statement; one to be prepared counts as such from here on.
  mutating func way(of sql: String) -> Way {
    if let name = names[sql] { return .byName(name) }
    guard cameOnce.contains(sql), names.count < Self.limit else {
      if cameOnce.count >= Self.memory { cameOnce.removeAll() }
      cameOnce.insert(sql)
      return .whole
    }
    let name = Self.name(of: sql)
    names[sql] = name
    return .prepared(name: name)
  }

  /// Notes that a statement was not prepared after all.
  mutating func forget(_ sql: String) {
    names[sql] = nil
  }

  /// A name that is the same for the same statement and for no other.
  ///
  /// Behind a pooler, sessions share what stands prepared: were names only counted, one session could
  /// run what another one prepared.
  static func name(of sql: String) -> String {
    // FNV-1a, once over the bytes as they come and once over each with its neighbour's bits.
    var first: UInt64 = 0xCBF2_9CE4_8422_2325
    var second: UInt64 = 0x8422_2325_CBF2_9CE4
    for byte in sql.utf8 {
      first = (first ^ UInt64(byte)) &* 0x100_0000_01B3
      second = (second ^ UInt64(byte) ^ first >> 29) &* 0x100_0000_01B3
    }
    return "sluice_" + String(first, radix: 16) + "_" + String(second, radix: 16)
  }
}
