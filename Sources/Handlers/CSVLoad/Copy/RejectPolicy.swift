package import Datasets

/// Decides whether the rejected records of a file prevent it from being loaded at all.
package struct RejectPolicy {
  /// How many rejected records at the start of a file make it pointless to continue reading.
  private static let hopelessRecords = 1000

  let dataset: Dataset
  /// The bytes of text in the file, if known.
  var textBytes: Int?

  package init(dataset: Dataset) { self.dataset = dataset }

  /// Validates a file that is being read, after another record was rejected.
  ///
  /// - Parameters:
  ///   - counts: The records read, including the whole batch, and rejected.
  ///   - judged: How many of the records were validated.
  ///   - position: Where the batch ends in the text.
  ///   - first: The first rejected record.
  /// - Returns: Why reading can stop, if so.
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

  /// Validates a file that was read to its end; returns why it is not loaded, if so.
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

  /// Whether the limit is exceeded whatever follows: for a share, even if only valid records
  /// followed, as many as fit in the rest of the text.
  private func isCertain(_ limit: MaxRejects, _ counts: LoadCounts, _ position: Int) -> Bool {
    guard case .share = limit else { return limit.isExceeded(by: counts.rejected, of: counts.read) }
    guard let textBytes else { return false }
    // One byte for each delimiter, the line end, and each required value.
    let leastBytes = dataset.fields.count + dataset.fields.count { $0.isRequired }
    // The last record may lack a line end, and one may have begun before the position.
    let most = counts.read + max(0, textBytes - position) / leastBytes + 2
    return limit.isExceeded(by: counts.rejected, of: most)
  }

  private func fault(
    _ code: LoadFault.Code, _ what: String, _ first: LoadReport.Reject?
  ) -> LoadFault {
    LoadFault(code, what + (first.map { "; line \($0.line): \($0.reason)" } ?? ""))
  }
}
