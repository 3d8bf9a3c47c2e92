internal import AWS
internal import Postgres

/// Writes places, each once.
enum PlaceStore {
  /// Makes sure that places stand in the database, and notes their numbers.
  ///
  /// In a transaction of its own, so that a number never comes from one that was rolled back.
  static func save(
    _ positions: [Int32], _ directory: inout PlaceDirectory,
    _ connection: inout PostgresConnection
  ) throws {
    let unknown = Set(positions).filter { directory.known[Int($0)].row == nil }
    guard !unknown.isEmpty else { return }
    let places = unknown.map { (position: $0, known: directory.known[Int($0)]) }
    let hashes = places.map { Digest.hex($0.known.fingerprint.bytes) }
    try connection.run(
      """
      INSERT INTO public.posting_places
        (fingerprint, name, city, subdivision, country, latitude, longitude)
      SELECT decode(hash, 'hex'), name, city, subdivision, country, latitude, longitude
      FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[],
        $6::text[]::double precision[], $7::text[]::double precision[])
        AS n (hash, name, city, subdivision, country, latitude, longitude)
      WHERE NOT EXISTS (
        SELECT FROM public.posting_places p WHERE p.fingerprint = decode(n.hash, 'hex'))
      ORDER BY hash ON CONFLICT (fingerprint) DO NOTHING
      """,
      [
        .textArray(hashes), .textArray(places.map { $0.known.place.name }),
        .textArray(places.map { $0.known.place.city }),
        .textArray(places.map { $0.known.place.subdivision }),
        .textArray(places.map { $0.known.place.country }),
        .textArray(places.map { $0.known.place.latitude.map { "\($0)" } }),
        .textArray(places.map { $0.known.place.longitude.map { "\($0)" } }),
      ])
    try connection.query(
      """
      SELECT n.number, p.id FROM unnest($1::text[]) WITH ORDINALITY AS n (hash, number)
      JOIN public.posting_places p ON p.fingerprint = decode(n.hash, 'hex')
      """, [.textArray(hashes)]
    ) { result in
      for row in 0..<result.rowCount {
        let place = places[try result.int(row: row, column: 0) - 1]
        directory.setRow(Int32(try result.int(row: row, column: 1)), of: place.position)
      }
    }
  }
}
