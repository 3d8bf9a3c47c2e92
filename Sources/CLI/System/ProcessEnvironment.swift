import Glibc

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
