/// A Table Schema type in one of its formats, and the PostgreSQL type that holds it.
///
/// Types and formats are those of <https://specs.frictionlessdata.io/table-schema/>.
package enum FieldType: Sendable, Equatable {
  case string(TextFormat)
  case uuid
  /// Base64 text, kept as the bytes it stands for.
  case binary
  case integer(NumberForm, IntegerWidth)
  case number(NumberForm)
  case boolean(BooleanWords)
  case date(TimeFormat)
  case time(TimeFormat)
  case datetime(TimeFormat)
  case year
  case yearmonth
  case duration
  case object
  case array
  case geopoint(GeopointForm)
  case any

  /// Whether any text could be one, so that a header cannot be told from data by this field.
  package var isString: Bool {
    switch self {
    case .string, .any: true
    default: false
    }
  }

  /// The column type, spelled as PostgreSQL's catalog spells it.
  package var columnType: String {
    switch self {
    case .string, .any: "text"
    case .uuid: "uuid"
    case .binary: "bytea"
    case .integer(_, .four), .year: "integer"
    case .integer(_, .eight): "bigint"
    case .number: "numeric"
    case .boolean: "boolean"
    case .date, .yearmonth: "date"
    case .time: "time without time zone"
    case .datetime: "timestamp with time zone"
    case .duration: "interval"
    case .object, .array: "jsonb"
    case .geopoint: "point"
    }
  }

  /// Whether values can be told apart and ordered by an index, as a key needs them.
  var isIndexable: Bool {
    switch self {
    case .object, .array, .geopoint: false
    default: true
    }
  }

  /// Whether the values of a key of this type can be longer than an index takes.
  var isUnbounded: Bool {
    switch self {
    case .string, .any, .binary, .number: true
    default: false
    }
  }

  /// Whether `=` cannot tell all values apart, so that a change is looked for in their text: there
  /// is none for points, and to it a month is thirty days.
  package var isComparedAsText: Bool {
    switch self {
    case .geopoint, .duration: true
    default: false
    }
  }
}

/// What a string has to be.
package enum TextFormat: Sendable, Equatable {
  case any, email, uri
}

/// The bytes an integer column has: those whose declared bounds fit take four.
package enum IntegerWidth: Sendable, Equatable {
  case four, eight

  init(_ range: ClosedRange<Int64>) {
    let fits = range.lowerBound >= Int64(Int32.min) && range.upperBound <= Int64(Int32.max)
    self = fits ? .four : .eight
  }
}

/// The words for true and false, as Table Schema's `trueValues` and `falseValues` declare them.
package struct BooleanWords: Sendable, Equatable {
  package var trueWords = ["true", "True", "TRUE", "1"]
  package var falseWords = ["false", "False", "FALSE", "0"]

  package init(
    trueWords: [String] = ["true", "True", "TRUE", "1"],
    falseWords: [String] = ["false", "False", "FALSE", "0"]
  ) {
    self.trueWords = trueWords
    self.falseWords = falseWords
  }

  package static let standard = BooleanWords()
}

/// How a date or a time is written.
package enum TimeFormat: Sendable, Equatable {
  /// ISO 8601, in the one form that the type has.
  case standard
  /// Any form that can be read in one way only.
  case any
  case pattern(TimePattern)
}

/// How a place is written.
package enum GeopointForm: Sendable, Equatable {
  case pair, array, object
}
