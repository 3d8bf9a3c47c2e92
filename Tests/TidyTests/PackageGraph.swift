import JSON
import TestSupport
import Testing

/// The targets of Package.swift, as the package manager describes them.
struct PackageGraph {
  /// One target: where its files are, and which of the package's other targets it may import.
  struct Target: Decodable {
    let name: String
    let kind: String
    let path: String
    let sources: [String]
    let dependencies: [String]

    enum CodingKeys: String, CodingKey {
      case name, path, sources
      case kind = "type"
      case dependencies = "target_dependencies"
    }

    init(from decoder: any Decoder) throws {
      let members = try decoder.container(keyedBy: CodingKeys.self)
      name = try members.decode(String.self, forKey: .name)
      kind = try members.decode(String.self, forKey: .kind)
      path = try members.decode(String.self, forKey: .path)
      sources = try members.decode([String].self, forKey: .sources)
      dependencies = try members.decodeIfPresent([String].self, forKey: .dependencies) ?? []
    }

    var isProduct: Bool { path.hasPrefix("Sources/") }

    /// The Swift files, with what they import.
    var files: [SourceTree.File] {
      sources.filter { $0.hasSuffix(".swift") }.compactMap { source in
        let path = path + "/" + source
        return SourceTree.read(path).map { SourceTree.File(path: path, text: $0) }
      }
    }
  }

  private struct Description: Decodable {
    let targets: [Target]
  }

  let targets: [Target]

  /// The C libraries, each of which is a target of its own.
  var systemLibraries: Set<String> {
    Set(targets.filter { $0.kind == "system-target" }.map(\.name))
  }

  /// Asks the package manager, in a scratch folder so that a running build does not block it.
  init() throws {
    let scratch = try ScratchFolder()
    let text = try ChildProcess.run([
      "/bin/sh", "-c",
      """
      exec swift package --package-path "$0" --scratch-path "$1" describe --type json 2>/dev/null
      """, SourceTree.root, scratch.path,
    ])
    targets = try JSON.decode(Description.self, from: Array(text.utf8)).targets
  }
}
