/// What an amount of pay is for.
enum StubInterval: Sendable, CaseIterable {
  case year, hour, day, twoWeeks, month, piece, unpaid, fee, stipend, schoolYear

  /// The code of today's answers.
  var code: String {
    switch self {
    case .year: "PA"
    case .hour: "PH"
    case .day: "PD"
    case .twoWeeks: "BW"
    case .month: "PM"
    case .piece: "PW"
    case .unpaid: "WC"
    case .fee: "FB"
    case .stipend: "ST"
    case .schoolYear: "SY"
    }
  }

  /// What older answers say in place of the code, and today's beside it.
  var words: String {
    switch self {
    case .year: "Per Year"
    case .hour: "Per Hour"
    case .day: "Per Day"
    case .twoWeeks: "Bi-weekly"
    case .month: "Per Month"
    case .piece: "Piece Work"
    case .unpaid: "Without Compensation"
    case .fee: "Fee Basis"
    case .stipend: "Student Stipend Paid"
    case .schoolYear: "School Year"
    }
  }

  /// How many of them make a year; nil where that means nothing.
  var timesAYear: Double? {
    switch self {
    case .year: 1
    case .hour: 2087
    case .day: 260.875
    case .twoWeeks: 26.0875
    case .month: 12
    default: nil
    }
  }
}
