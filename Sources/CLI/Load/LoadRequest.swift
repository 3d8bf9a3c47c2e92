/// What `sluice load` is to do.
package struct LoadRequest: Sendable, Equatable {
  /// Files, and objects as `s3://bucket/key`, in the order to load them.
  package var sources: [String]
  package var package: String?
  package var dataset: String?
  package var database: String?
  package var directory = StackOptions().directory
  /// Whether content that was loaded before is loaded again.
  package var isForced = false
  /// Whether the report is JSON, for scripts.
  package var isJSON = false

  package init(_ sources: [String]) { self.sources = sources }
}

/// Where the bytes of one load come from.
enum LoadSource {
  case file(path: String)
  case object(bucket: String, key: String)

  /// Reads an operand; nil when it looks like an object's address and is none.
  init?(_ operand: String) {
    guard operand.hasPrefix("s3://") else {
      self = .file(path: Self.path(operand))
      return
    }
    let parts = operand.dropFirst(5).split(
      separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else { return nil }
    self = .object(bucket: String(parts[0]), key: String(parts[1]))
  }

  /// One path for a file however its folder is named; a link keeps its name, which leads to a dataset.
  private static func path(_ operand: String) -> String {
    let rooted = Files.rooted(operand)
    guard let parent = Files.parent(of: rooted) else { return rooted }
    return "\(Files.absolute(parent))/\(Files.name(of: rooted))"
  }
}
