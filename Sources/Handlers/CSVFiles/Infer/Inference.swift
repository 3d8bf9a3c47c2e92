internal import CSV
package import CSVLoad
internal import Datasets
internal import JSON

/// The dataset that a file suggests: a resource of a Data Package with which the file loads as it
/// is.
///
/// Types are checked with the rules of a load, for every value, so that the file has no rejects
/// except those reported here.
package struct Inference: Sendable {
  /// The dataset's name.
  package let name: String
  /// The resource's descriptor, as JSON.
  package let resource: [UInt8]
  /// What was guessed, and why.
  package let remarks: [String]

  /// Reads a file and infers a dataset from it.
  ///
  /// - Throws: ``InferenceFault``, ``LocalFileFault``, or ``LoadFault`` for a file that is not CSV.
  package init(_ file: inout LocalFile, _ options: InferenceOptions) throws {
    var survey = FileSurvey()
    let isCut = try Self.read(&file, into: &survey, options.limit)
    guard let guess = survey.guess, !survey.columns.isEmpty else {
      throw InferenceFault(description: "\(file.path) is empty; expected at least a header")
    }
    let header = HeaderGuess(survey)
    let hasHeader = options.hasHeader ?? header.isPresent
    if !hasHeader { survey.countFirst() }
    let names = ColumnNames(header: hasHeader ? survey.first : nil, count: guess.width)
    let given = try Self.positions(of: options.key, names)
    var fields = survey.columns.enumerated().map { column, profile in
      FieldGuess(profile, name: names.names[column], title: names.titles[column])
    }
    let key = try KeyChoice(
      given: given, survey, fields.map(\.type), hasHeader: hasHeader, isCut: isCut, &file)
    for column in key.columns { fields[column].isRequired = true }
    name = Self.name(options.name ?? file.path)
    var remarks = Self.remarks(on: survey, isCut: isCut)
    remarks.append(
      "the first record is \(hasHeader ? "a header" : "no header")"
        + (options.hasHeader == nil ? ": \(header.reason)" : ""))
    if hasHeader, !names.matchesHeader {
      remarks.append(
        "not every column can be called what the header says, so columns are taken by position")
    }
    for field in fields {
      if let remark = field.remark { remarks.append("\(field.name) stays text: \(remark)") }
    }
    remarks += key.remarks(fields.map(\.name))
    self.remarks = remarks
    let draft = ResourceDraft(
      name: name, path: file.path == "-" ? nil : file.path, table: options.table, fields: fields,
      key: key.columns.map { fields[$0].name }, dialect: guess.dialect, hasHeader: hasHeader,
      isHeaderSkipped: hasHeader && !names.matchesHeader)
    resource = draft.json
    // The written resource must be readable.
    _ = try DataPackage(json: Array("{\"resources\":[".utf8) + resource + Array("]}".utf8))
  }

  /// Reads up to the limit; returns whether the file was cut off.
  private static func read(
    _ file: inout LocalFile, into survey: inout FileSurvey, _ limit: Int?
  ) throws -> Bool {
    var text = TextStream()
    var count = 0
    try file.read(upTo: limit ?? .max) { bytes in
      count += bytes.count
      try text.consume(bytes) { survey.take($0) }
    }
    // The size of a pipe is unknown.
    let isCut = limit.map { count >= $0 && file.size != count } ?? false
    if !isCut || count < 512 { try text.finish { survey.take($0) } }
    survey.finish(isCut: isCut)
    return isCut
  }

  private static func name(_ given: String) -> String {
    let file = given.split(separator: "/").last ?? ""
    let name = CleanName.dataset(of: String(file.split(separator: ".").first ?? ""))
    return ColumnNames.cut(name.hasPrefix("sluice_") ? "x_" + name : name, to: 63)
  }

  private static func positions(
    of key: [String], _ names: ColumnNames
  ) throws(InferenceFault) -> [Int] {
    var positions: [Int] = []
    for column in key {
      let clean = CleanName.made(of: column)
      guard
        let position = names.titles.firstIndex(of: column)
          ?? names.names.firstIndex(where: { $0 == column || $0 == clean })
      else {
        throw InferenceFault(
          description: "there is no column \(column); the columns are "
            + names.names.joined(separator: ", "))
      }
      if !positions.contains(position) { positions.append(position) }
    }
    return positions
  }

  private static func remarks(on survey: borrowing FileSurvey, isCut: Bool) -> [String] {
    guard let guess = survey.guess else { return [] }
    let delimiter =
      guess.dialect.delimiter == 0x09
      ? "a tab" : "\"\(String(UnicodeScalar(guess.dialect.delimiter)))\""
    var remarks = [
      "\(survey.read) records\(isCut ? " in the part that was read" : "") of \(guess.width) "
        + (guess.width == 1 ? "field" : "fields, separated by \(delimiter)")
    ]
    let unusable = survey.unusable
    for (count, what) in [
      (unusable.ragged, "have another number of fields"),
      (unusable.broken, "have broken quotes or are too long"),
      (unusable.nonText, "are not valid UTF-8, or hold NUL"),
    ] where count > 0 {
      remarks.append("records that a load would reject because they \(what): \(count)")
    }
    if let line = survey.firstUnusable {
      remarks.append("the first of those stands on line \(line)")
    }
    return remarks
  }
}

/// What the caller knows about a file.
package struct InferenceOptions: Sendable, Equatable {
  /// The dataset's name; by default it is made from the file's.
  package var name: String?
  /// The table; by default it has the dataset's name.
  package var table: String?
  /// The columns of the primary key, as the header or the schema names them; by default it is
  /// inferred.
  package var key: [String] = []
  /// Whether the first record names the columns; by default it is inferred.
  package var hasHeader: Bool?
  /// How many bytes of the file to read; by default all.
  package var limit: Int?

  package init() {}
}

/// A file from which no dataset can be inferred.
package struct InferenceFault: Error, CustomStringConvertible {
  package let description: String
}
