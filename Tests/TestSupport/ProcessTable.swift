public import Glibc

/// The processes of the machine, as `/proc` shows them.
public enum ProcessTable {
  /// A process; its start tells it from a later one with the same number.
  public struct Entry: Sendable {
    /// The number of the process.
    public let pid: pid_t
    let parent: pid_t
    let start: String
  }

  /// The processes a process started, and those they started.
  public static func descendants(of pid: pid_t) -> [Entry] {
    let all = entries()
    var found: [Entry] = []
    var parents: Set<pid_t> = [pid]
    while true {
      let children = all.filter { entry in
        parents.contains(entry.parent) && !found.contains { $0.pid == entry.pid }
      }
      guard !children.isEmpty else { return found }
      found += children
      parents = Set(children.map(\.pid))
    }
  }

  /// The peak of a process's resident memory in kilobytes.
  public static func peakMemoryKilobytes(of pid: pid_t) -> Int? {
    let line = FileText.read("/proc/\(pid)/status")?.split(separator: "\n")
      .first { $0.hasPrefix("VmHWM:") }
    return line.flatMap { Int($0.filter(\.isNumber)) }
  }

  static func isAlive(_ entry: Entry) -> Bool {
    Self.entry(entry.pid)?.start == entry.start
  }

  private static func entries() -> [Entry] {
    guard let directory = unsafe opendir("/proc") else { return [] }
    defer { unsafe closedir(directory) }
    var found: [Entry] = []
    while let next = unsafe readdir(directory) {
      let name = unsafe withUnsafePointer(to: &next.pointee.d_name) { tuple in
        unsafe tuple.withMemoryRebound(to: CChar.self, capacity: 256) { name in
          unsafe String(cString: name)
        }
      }
      if let pid = pid_t(name), let entry = entry(pid) { found.append(entry) }
    }
    return found
  }

  /// Reads `/proc/<pid>/stat`, whose second field is a name in parentheses that may hold anything.
  private static func entry(_ pid: pid_t) -> Entry? {
    guard let text = FileText.read("/proc/\(pid)/stat"), let end = text.lastIndex(of: ")")
    else { return nil }
    let fields = text[end...].split(separator: " ")
    guard fields.count > 20, fields[1] != "Z", let parent = pid_t(fields[2]) else { return nil }
    return Entry(pid: pid, parent: parent, start: String(fields[20]))
  }
}
