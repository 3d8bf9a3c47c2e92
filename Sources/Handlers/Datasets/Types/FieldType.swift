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
}

/// What Sluice has to know of a type beside its conversion; ``FieldType/traits`` has one for each.
package struct TypeTraits: Sendable {
  /// How a value stands in a JSON body.
  package enum JSONForm: Sendable, Equatable {
    /// Text under the field's own constraints, with the format that JSON Schema knows.
    case text(format: String?)
    /// A string of one form, as a format or a pattern of JSON Schema.
    case string(format: String? = nil, pattern: String? = nil)
    /// A whole number within these bounds, else within the field's.
    case integer(ClosedRange<Int>?)
    case number, boolean, object, array
  }

  /// How two values in the column's binary form are compared.
  package enum Order: Sendable {
    /// As integers, days or microseconds.
    case whole
    case numeric
    /// By their length of time.
    case interval
  }

  /// What `minLength` and `maxLength` count.
  enum LengthUnit: String {
    case characters, members, elements
  }

  /// The column's type, spelled as PostgreSQL's catalog spells it.
  package let sql: String
  /// What a fault of the descriptor calls the type.
  let noun: String
  /// What a field has to look like, for the reason of a reject and the fault of a bound.
  package let expectation: String
  package let json: JSONForm
  /// nil for a type without `minimum` and `maximum`.
  package var order: Order?
  /// nil for a type without lengths.
  var lengthUnit: LengthUnit?
  /// Whether `pattern` has a meaning.
  var hasPattern = false
  /// Whether an index can distinguish and order the values, as a key requires.
  var isIndexable = true
  /// Whether the values of a key can be longer than an index takes.
  var isUnbounded = false
  /// Whether `=` cannot tell all values apart, so that a change is looked for in their text: there
  /// is none for points, and to it a month is thirty days.
  package var isComparedAsText = false
}

extension FieldType {
  /// Everything about the type but its conversion.
  package var traits: TypeTraits {
    switch self {
    case .string(let format):
      TypeTraits(
        sql: "text", noun: "a string", expectation: format.expectation,
        json: .text(format: format == .any ? nil : "\(format)"), lengthUnit: .characters,
        hasPattern: true, isUnbounded: true)
    case .any:
      TypeTraits(
        sql: "text", noun: "any", expectation: "text", json: .string(), isUnbounded: true)
    case .uuid:
      TypeTraits(
        sql: "uuid", noun: "a UUID", expectation: "a UUID of 36 characters",
        json: .string(format: "uuid"), lengthUnit: .characters, hasPattern: true)
    case .binary:
      TypeTraits(
        sql: "bytea", noun: "a string of bytes", expectation: "base64 with its padding",
        json: .string(), lengthUnit: .characters, hasPattern: true, isUnbounded: true)
    case .integer(let form, let width):
      TypeTraits(
        sql: width == .four ? "integer" : "bigint", noun: "an integer",
        expectation: "an integer" + form.expectation, json: .integer(nil), order: .whole)
    case .number(let form):
      TypeTraits(
        sql: "numeric", noun: "a number", expectation: "a decimal number" + form.expectation,
        json: .number, order: .numeric, isUnbounded: true)
    case .boolean(let words):
      TypeTraits(
        sql: "boolean", noun: "a boolean",
        expectation: (words.trueWords + words.falseWords).listed, json: .boolean)
    case .date(let format):
      TypeTraits(
        sql: "date", noun: "a date",
        expectation: format.expectation(
          "a date as YYYY-MM-DD",
          any: "a date that can be read in one way only, such as 2021-01-31 or 31 Jan 2021",
          "a date as"),
        json: .string(format: format == .standard ? "date" : nil), order: .whole)
    case .time(let format):
      TypeTraits(
        sql: "time without time zone", noun: "a time",
        expectation: format.expectation(
          "a time as hh:mm:ss, with an optional fraction",
          any: "a time such as 15:04:05, 15:04 or 3:04 PM", "a time as"),
        json: .string(), order: .whole)
    case .datetime(let format):
      TypeTraits(
        sql: "timestamp with time zone", noun: "a datetime",
        expectation: format.expectation(
          "a time as YYYY-MM-DDThh:mm:ss, with an optional fraction and zone",
          any:
            "a time that can be read in one way only, such as 2021-01-31T15:04:05Z or 31 Jan 2021 3:04 PM",
          "a time as"),
        // PostgreSQL takes no zone that is 16 hours or more away.
        json: format == .standard
          ? .string(format: "date-time", pattern: "(Z|[+-](0[0-9]|1[0-5]):[0-5][0-9])$")
          : .string(), order: .whole)
    case .year:
      TypeTraits(
        sql: "integer", noun: "a year", expectation: "a year as YYYY", json: .integer(1...9999),
        order: .whole)
    case .yearmonth:
      TypeTraits(
        sql: "date", noun: "a month", expectation: "a month as YYYY-MM", json: .string(),
        order: .whole)
    case .duration:
      TypeTraits(
        sql: "interval", noun: "a duration", expectation: "a duration as P1Y2M3DT4H5M6S",
        json: .string(), order: .interval, isComparedAsText: true)
    case .object:
      TypeTraits(
        sql: "jsonb", noun: "an object", expectation: "a JSON object", json: .object,
        lengthUnit: .members, isIndexable: false)
    case .array:
      TypeTraits(
        sql: "jsonb", noun: "an array", expectation: "a JSON array", json: .array,
        lengthUnit: .elements, isIndexable: false)
    case .geopoint(let form):
      TypeTraits(
        sql: "point", noun: "a geopoint",
        expectation: "a longitude and a latitude as \(form.example)", json: .string(),
        isIndexable: false, isComparedAsText: true)
    }
  }

  /// Whether any text is a value, so that this field cannot distinguish a header from data.
  package var isString: Bool {
    switch self {
    case .string, .any: true
    default: false
    }
  }
}

extension FieldType {
  /// The types and formats that a descriptor can name, for messages.
  static let supported =
    "string (also email, uri, uuid, binary), integer, number, boolean, date, time, datetime (also any "
    + "or a pattern), year, yearmonth, duration, object, array, geopoint (also array, object) or any"

  /// Makes the type that a descriptor names, in its plain form; nil for any other.
  init?(named type: String, format: String) {
    let known: FieldType? =
      switch (type, format) {
      case ("string", "email"): .string(.email)
      case ("string", "uri"): .string(.uri)
      case ("string", "uuid"): .uuid
      case ("string", "binary"): .binary
      case ("geopoint", "array"): .geopoint(.array)
      case ("geopoint", "object"): .geopoint(.object)
      case (_, "default"): Self.named[type]
      default: nil
      }
    guard let known else { return nil }
    self = known
  }

  /// The types of the format `default`, in their plain form.
  private static let named: [String: FieldType] = [
    "string": .string(.any), "integer": .integer(.plain, .eight), "number": .number(.plain),
    "boolean": .boolean(.standard), "date": .date(.standard), "time": .time(.standard),
    "datetime": .datetime(.standard), "year": .year, "yearmonth": .yearmonth,
    "duration": .duration, "object": .object, "array": .array, "geopoint": .geopoint(.pair),
    "any": .any,
  ]

  /// The type of a derived column, whose values come from SQL: a format says how text is read, so
  /// only those that change the column's own type have a meaning.
  init?(derived type: String, format: String) {
    guard format == "default" || format == "uuid" || format == "binary" else { return nil }
    self.init(named: type, format: format)
  }

  /// The type with the format that has nothing of its own.
  var inStandardForm: FieldType {
    switch self {
    case .integer(_, let width): .integer(.plain, width)
    case .number: .number(.plain)
    case .boolean: .boolean(.standard)
    case .date: .date(.standard)
    case .time: .time(.standard)
    case .datetime: .datetime(.standard)
    default: self
    }
  }
}

/// What a string has to be.
package enum TextFormat: Sendable, Equatable {
  case any, email, uri

  fileprivate var expectation: String {
    switch self {
    case .any: "text"
    case .email: "an email address"
    case .uri: "a URI with its scheme"
    }
  }
}

/// The bytes an integer column has: those whose declared bounds fit take four.
package enum IntegerWidth: Sendable, Equatable {
  case four, eight

  init(_ range: ClosedRange<Int64>) {
    let fits = range.lowerBound >= Int64(Int32.min) && range.upperBound <= Int64(Int32.max)
    self = fits ? .four : .eight
  }
}

/// How a date or a time is written.
package enum TimeFormat: Sendable, Equatable {
  /// ISO 8601, in the one form that the type has.
  case standard
  /// Any form that can be read in one way only.
  case any
  case pattern(TimePattern)

  fileprivate func expectation(_ standard: String, any: String, _ noun: String) -> String {
    switch self {
    case .standard: standard
    case .any: any
    case .pattern(let pattern): "\(noun) \(pattern.text)"
    }
  }
}

/// How a place is written.
package enum GeopointForm: Sendable, Equatable {
  case pair, array, object

  fileprivate var example: String {
    switch self {
    case .pair: "90.5, 45.5"
    case .array: "[90.5, 45.5]"
    case .object: "{\"lon\": 90.5, \"lat\": 45.5}"
    }
  }
}
