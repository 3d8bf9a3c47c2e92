/// Whether a posting has one of the places a search names.
struct StubPlaceTest {
  private let modern: StubMarks
  private let old: StubMarks
  private let fits: (StubPlace) -> Bool

  /// A place is known by its full name; with a radius in miles, those near one count too.
  init(_ names: Set<String>, radius: Double?) {
    let isNamed: (StubPlace) -> Bool = { names.contains($0.name.lowercased()) }
    let known =
      [StubPlaces.chicago, StubPlaces.seattle] + StubPlaces.aroundChicago
      + StubPlaces.abroad + StubPlaces.towns
    let centers = known.filter(isNamed)
    let fits: (StubPlace) -> Bool = { place in
      if isNamed(place) { return true }
      guard let radius, place.isSomewhere else { return false }
      return centers.contains { $0.distance(to: place) <= radius }
    }
    self.fits = fits
    modern = StubPlaceRing.of(.year2025).marks(fits)
    old = StubPlaceRing.of(.year2016).marks(fits)
  }

  func accepts(_ posting: StubPosting) -> Bool {
    posting.homes.contains(where: fits)
      || (posting.era == .year2016 ? old : modern).areIn(posting.window)
  }
}
