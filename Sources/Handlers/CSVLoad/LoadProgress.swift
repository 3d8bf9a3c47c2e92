package import Datasets

/// How far a load has come, for somebody who watches.
package struct LoadProgress: Sendable {
  /// The bytes of the file that were read.
  package let bytes: Int
  /// The bytes it has, when that is known.
  package let size: Int?
  /// The records that were read.
  package let read: Int
  /// Those of them that were refused.
  package let rejected: Int
  /// The server's process that works for the load.
  package let backendID: Int

  package init(
    bytes: Int = 0, size: Int? = nil, read: Int = 0, rejected: Int = 0, backendID: Int
  ) {
    self.bytes = bytes
    self.size = size
    self.read = read
    self.rejected = rejected
    self.backendID = backendID
  }

  /// Is told when a load begins and after each piece of its file; what it throws ends the load.
  package typealias Watcher = (LoadProgress) throws -> Void
}

/// What the caller of a load wants otherwise than an event of S3 does.
package struct LoadOptions {
  /// The dataset, in place of the one that the file's name leads to.
  package var dataset: Dataset?
  /// Whether content that was loaded before is loaded again.
  package var isForced = false
  package var onProgress: LoadProgress.Watcher?

  package init() {}
}
