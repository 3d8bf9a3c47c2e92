internal import Postgres

/// Names and literals as SQL text.
///
/// Names come from the Data Package only; values are bound as parameters wherever SQL allows it.
package enum SQLText {
  /// A quoted identifier.
  package static func identifier(_ name: String) -> String {
    quoteIdentifier(name)
  }

  /// Quoted identifiers, separated by commas.
  package static func list(_ names: [String]) -> String {
    names.map(identifier).joined(separator: ", ")
  }

  /// A data table, which lives in the schema `public`.
  package static func table(_ name: String) -> String {
    "public." + identifier(name)
  }

  /// A string literal, for places where SQL allows no parameter.
  package static func literal(_ text: String) -> String {
    quoteLiteral(text)
  }
}
