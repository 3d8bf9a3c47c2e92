/// A way for a record to be bad; some of them PostgreSQL itself would take, or bend.
package enum BadKind: String, Sendable, CaseIterable {
  case missingKey = "missing-key"
  case missingText = "missing-text"
  case missingTime = "missing-time"
  case missingInteger = "missing-integer"
  case tooFewFields = "too-few-fields"
  case tooManyFields = "too-many-fields"
  case month13 = "month-13"
  case february30 = "february-30"
  case hour25 = "hour-25"
  case timeWord = "time-word"
  case timeInfinity = "time-infinity"
  case timeLoose = "time-loose"
  case keyWord = "key-word"
  case keyBeyondInteger = "key-beyond-integer"
  case keyZero = "key-zero"
  case keyPadded = "key-padded"
  case integerDecimal = "integer-decimal"
  case integerExponent = "integer-exponent"
  case loneByte = "utf8-lone-byte"
  case surrogate = "utf8-surrogate"
  case overlong = "utf8-overlong"
  case nulByte = "nul-byte"
  case textAfterQuote = "text-after-quote"
  case uuidShort = "uuid-short"
  case uuidLetter = "uuid-letter"
  case numberWord = "number-word"
  case numberComma = "number-comma"
  case numberTwoPoints = "number-two-points"
  case dateFebruary30 = "date-february-30"
  case dateSlashes = "date-slashes"
  case booleanYes = "boolean-yes"
  case booleanWord = "boolean-word"

  static let ofEveryRecord: [BadKind] = [
    .missingKey, .missingText, .missingTime, .missingInteger, .tooFewFields, .tooManyFields,
    .month13, .february30, .hour25, .timeWord, .timeInfinity, .timeLoose, .keyWord,
    .keyBeyondInteger, .keyZero, .keyPadded, .integerDecimal, .integerExponent, .loneByte,
    .surrogate, .overlong, .nulByte,
  ]

  static let ofWideRecords: [BadKind] = [
    .uuidShort, .uuidLetter, .numberWord, .numberComma, .numberTwoPoints, .dateFebruary30,
    .dateSlashes, .booleanYes, .booleanWord,
  ]

  /// Makes a bad record of a good one.
  func spoil(
    _ record: [UInt8], _ layout: RecordLayout, _ random: inout SampleRandom
  ) -> [UInt8] {
    var fields = RecordLayout.split(record)
    switch self {
    case .missingKey: fields[layout.key] = []
    case .missingText: fields[layout.text] = []
    case .missingTime: fields[layout.time] = []
    case .missingInteger: fields[layout.integer] = []
    case .tooFewFields: fields.removeLast(1 + random.below(fields.count - 1))
    case .tooManyFields: fields.append(Array("x".utf8))
    case .month13: fields[layout.time].replaceSubrange(5..<7, with: "13".utf8)
    case .february30: fields[layout.time].replaceSubrange(5..<10, with: "02-30".utf8)
    case .hour25: fields[layout.time].replaceSubrange(11..<13, with: "25".utf8)
    case .timeWord: fields[layout.time] = Array("yesterday".utf8)
    case .timeInfinity: fields[layout.time] = Array("infinity".utf8)
    case .timeLoose: fields[layout.time] = Array("2021-1-5 3:4".utf8)
    case .keyWord: fields[layout.key] = Array("n/a".utf8)
    case .keyBeyondInteger: fields[layout.key] = Array("99999999999".utf8)
    case .keyZero: fields[layout.key] = Array("0".utf8)
    case .keyPadded: fields[layout.key] = Array(" ".utf8) + fields[layout.key] + Array(" ".utf8)
    case .integerDecimal: fields[layout.integer] += Array(".5".utf8)
    case .integerExponent: fields[layout.integer] += Array("e2".utf8)
    case .loneByte: fields[layout.text].append(0xff)
    case .surrogate: fields[layout.text] += [0xed, 0xa0, 0x80]
    case .overlong: fields[layout.text] += [0xc0, 0xaf]
    case .nulByte: fields[layout.text].append(0)
    case .textAfterQuote:
      fields[layout.text] = Array("\"".utf8) + fields[layout.text] + Array("\" x".utf8)
    case .uuidShort: fields[layout.uuid].removeLast()
    case .uuidLetter: fields[layout.uuid][3] = UInt8(ascii: "g")
    case .numberWord: fields[layout.number] = Array("unknown".utf8)
    case .numberComma: fields[layout.number] = Array("\"12,50\"".utf8)
    case .numberTwoPoints: fields[layout.number] += Array(".0".utf8)
    case .dateFebruary30: fields[layout.date] = Array("2021-02-30".utf8)
    case .dateSlashes: fields[layout.date] = Array("2021/02/03".utf8)
    case .booleanYes: fields[layout.boolean] = Array("yes".utf8)
    case .booleanWord: fields[layout.boolean] = Array("maybe".utf8)
    }
    return Array(fields.joined(separator: [UInt8(ascii: ",")]))
  }
}

/// Where the columns stand that a bad record is made by; only wide records have the second four.
struct RecordLayout {
  var key: Int
  var text: Int
  var time: Int
  var integer: Int
  var uuid = 0
  var date = 0
  var number = 0
  var boolean = 0
  let kinds: [BadKind]

  /// The fields of a record that was written here, quotes and all.
  static func split(_ record: [UInt8]) -> [[UInt8]] {
    var fields: [[UInt8]] = [[]]
    var isQuoted = false
    for byte in record {
      if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
      if byte == UInt8(ascii: ","), !isQuoted {
        fields.append([])
      } else {
        fields[fields.count - 1].append(byte)
      }
    }
    return fields
  }
}
