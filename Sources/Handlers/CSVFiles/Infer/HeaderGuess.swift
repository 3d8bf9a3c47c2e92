internal import Datasets

/// Whether the first record of a file names its columns.
struct HeaderGuess {
  let isPresent: Bool
  /// Why it is taken so.
  let reason: String

  init(_ survey: borrowing FileSurvey) {
    var scratch = RowBuffer(capacity: 256)
    var (fitting, foreign, repeated) = (0, 0, 0)
    for (column, profile) in survey.columns.enumerated() {
      let value = survey.first[column]
      if profile.firstAgain > 0, !value.isEmpty { repeated += 1 }
      guard case .typed(let candidate) = profile.guess, !value.isEmpty else { continue }
      if candidate.type.takes(value.span, &scratch) { fitting += 1 } else { foreign += 1 }
    }
    let names = survey.first.dropFirst(survey.first[0].isEmpty ? 1 : 0)
    let areNames =
      Set(names).count == names.count && names.allSatisfy { HeaderGuess.isNamelike($0) }
    if foreign > fitting {
      isPresent = true
      reason = "its values are not of the types that the columns have below"
    } else if fitting > 0 {
      isPresent = false
      reason = "its values are of the types that the columns have below"
    } else if repeated > 0 || !areNames {
      isPresent = false
      reason =
        repeated > 0 ? "its values come again below" : "its values are not all different names"
    } else {
      isPresent = true
      reason = "its values are all different and none comes again in its column"
    }
  }

  /// Whether a text begins as names do: with a letter or an underscore.
  private static func isNamelike(_ text: [UInt8]) -> Bool {
    guard let first = text.first(where: { $0 != 0x20 }) else { return false }
    return first == 0x5F || first >= 0x80 || (0x41...0x5A).contains(first)
      || (0x61...0x7A).contains(first)
  }
}
