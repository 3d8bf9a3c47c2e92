import Testing

/// Package.swift is the only description of the import graph; these hold the sources to it.
@Suite struct `Graph rules` {
  let graph: PackageGraph

  init() throws { graph = try PackageGraph() }

  @Test func `every target imports what it declares and nothing else`() {
    let ours = Set(graph.targets.map(\.name))
    #expect(ours.count > 30)
    for target in graph.targets {
      var used: Set<String> = []
      for file in target.files {
        for module in file.imports where ours.contains(module) {
          used.insert(module)
          #expect(target.dependencies.contains(module), "\(file.path) imports \(module)")
        }
      }
      guard target.isProduct, target.kind != "system-target" else { continue }
      for module in target.dependencies {
        #expect(used.contains(module), "\(target.name) declares \(module) and does not import it")
      }
    }
  }

  @Test func `a C library has one owner`() {
    for library in graph.systemLibraries {
      let owners = graph.targets.filter { $0.isProduct && $0.dependencies.contains(library) }
      #expect(owners.count == 1, "\(library) is imported by \(owners.map(\.name))")
    }
  }

  @Test func `only features know both AWS and SQL`() {
    for target in graph.targets where target.isProduct && target.name != "CLI" {
      let knowsBoth = Set(["AWS", "Postgres"]).isSubset(of: target.dependencies)
      #expect(!knowsBoth || target.path.hasPrefix("Sources/Handlers/"), "\(target.name)")
    }
  }

  @Test func `the command line alone imports what is only its own`() {
    for target in graph.targets where target.isProduct && target.name != "CLI" {
      #expect(!target.dependencies.contains("CSVFiles"), "\(target.name)")
    }
  }
}
