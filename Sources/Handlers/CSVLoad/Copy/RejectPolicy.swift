package import Datasets

/// Decides whether what was refused of a file makes it one that is not loaded at all.
package struct RejectPolicy {
  /// How many records a file may begin with, all refused, before reading on is pointless.
  private static let hopelessRecords = 1000

  let dataset: Dataset
  /// The bytes of text that the file holds, when that is known.
  var textBytes: Int?

  package init(dataset: Dataset, textBytes: Int? = nil) {
    self.dataset = dataset
    self.textBytes = textBytes
  }

  /// Judges a file that is being read, after one more record was refused.
  ///
  /// - Parameters:
  ///   - counts: What was read, the whole batch included, and refused.
  ///   - judged: How many of the records were judged.
  ///   - position: How far into the text the batch reaches.
  ///   - first: The first that was refused.
  /// - Returns: Why the rest need not be read, if so.
  func refusal(
    _ counts: LoadCounts, judged: Int, position: Int, first: LoadReport.Reject?
  ) -> LoadFault? {
    if counts.rejected == judged, judged >= Self.hopelessRecords {
      return fault(
        .wrongShape, "the first \(judged) records were refused, and the rest was not read", first)
    }
    guard let limit = dataset.maxRejects,
      isCertain(limit, counts, position)
    else { return nil }
    return fault(
      .tooManyRejects,
      "\(counts.rejected) of the first \(judged) records were refused, maxRejects allows \(limit), "
        + "and the rest was not read", first)
  }

  /// Judges a file that was read to its end; returns why it is not loaded, if so.
  package func refusal(_ counts: LoadCounts, first: LoadReport.Reject?) -> LoadFault? {
    if let limit = dataset.maxRejects, limit.isExceeded(by: counts.rejected, of: counts.read) {
      return fault(
        .tooManyRejects,
        "\(counts.rejected) of \(counts.read) records were refused, and maxRejects allows \(limit)",
        first)
    }
    if counts.read == 0, dataset.mode == .replace, !dataset.allowsEmpty {
      return LoadFault(
        .emptyObject,
        "the file holds no record, and would empty \(dataset.table), which it replaces; expected "
          + "records of \(dataset.name), or \"allowEmpty\": true in its \"sluice\"")
    }
    guard counts.read > 0, counts.rejected == counts.read else { return nil }
    return fault(.wrongShape, "all \(counts.read) records were refused", first)
  }

  /// Whether the limit is exceeded whatever follows: for a share, if nothing but good records
  /// followed, and as many as the text that is left can hold.
  private func isCertain(_ limit: MaxRejects, _ counts: LoadCounts, _ position: Int) -> Bool {
    guard case .share = limit else { return limit.isExceeded(by: counts.rejected, of: counts.read) }
    guard let textBytes else { return false }
    // A byte for each delimiter, for the line end, and for each value there has to be.
    let leastBytes = dataset.fields.count + dataset.fields.count { $0.isRequired }
    // The last may have no line end, and one may have begun before the position.
    let most = counts.read + max(0, textBytes - position) / leastBytes + 2
    return limit.isExceeded(by: counts.rejected, of: most)
  }

  private func fault(
    _ code: LoadFault.Code, _ what: String, _ first: LoadReport.Reject?
  ) -> LoadFault {
    LoadFault(code, what + (first.map { "; line \($0.line): \($0.reason)" } ?? ""))
  }
}
