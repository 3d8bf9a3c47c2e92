import JSON

/// The members of `UserArea.Details` that a full answer has besides the long texts.
struct ItemDetails {
  let posting: StubPosting

  func write(to json: inout JSONWriter) {
    let slot = posting.slot
    let site = "https://apply.sluice.example"
    json.pair("PromotionPotential", slot % 4 == 0 ? "None" : slot % 4 == 1 ? "NA" : "13")
    if slot % 3 != 0 { json.pair("SubAgencyName", posting.organization.part) }
    json.pair(
      "OrganizationCodes", "\(posting.organization.code.prefix(2))/\(posting.organization.code)")
    json.pair("Relocation", slot % 5 == 0 ? "True" : "False")
    json.strings("HiringPath", slot % 2 == 0 ? ["public"] : ["public", "vet", "fed-transition"])
    json.strings("MCOTags", slot % 4 == 2 ? ["07", "STEM"] : [])
    if slot % 7 != 4 { json.pair("TotalOpenings", ["Many", "FEW", "few", "2"][slot % 4]) }
    json.pair("TravelCode", String(slot % 9))
    json.pair("ApplyOnlineUrl", "\(site)/\(posting.id)")
    json.pair("DetailStatusUrl", "\(site)/\(posting.id)/status")
    json.strings("MajorDuties", duties)
    json.pair("BenefitsUrl", "")
    flag("BenefitsDisplayDefaultText", true, &json)
    json.strings("KeyRequirements", slot == 8 ? ["U.S. citizenship", "A driver's licence"] : [])
    json.pair("WithinArea", "False")
    json.pair("CommuteDistance", "0")
    json.pair("ServiceType", slot % 2 == 0 ? "01" : "02")
    json.pair("AnnouncementClosingType", "01")
    if slot % 6 != 5 { json.pair("AgencyContactEmail", "desk\(slot)@sluice.example") }
    if slot % 2 == 0 { json.pair("AgencyContactPhone", "000-000-00\(padded(slot))") }
    if slot % 6 == 1 { json.pair("AgencyContactWebsite", site) }
    if slot % 2 == 1 { json.pair("PreviewQuestionnaireurl", "\(site)/\(posting.id)/questions") }
    json.pair("SecurityClearance", slot % 4 == 0 ? "Secret" : "Not Required")
    json.pair("DrugTestRequired", slot % 4 == 1 ? "True" : "False")
    if slot % 5 == 1 { json.pair("PositionSensitivitiy", "Non-sensitive (NS)/Low Risk") }
    json.strings("AdjudicationType", slot % 5 == 1 ? ["Credentialing"] : [])
    flag("TeleworkEligible", slot % 2 == 0, &json)
    flag("RemoteIndicator", posting.isRemote, &json)
    if slot % 2 == 0 { flag("FinancialDisclosure", slot % 4 == 0, &json) }
    if slot % 3 == 0 { flag("BargainingUnitStatus", slot % 6 == 0, &json) }
  }

  private var duties: [String] {
    var random = SampleRandom(seed: posting.seed ^ 0x647574)
    return (0..<(2 + posting.slot % 4)).map { _ in
      "\(random.pick(StubWords.tasks)). \(StubWords.prose(160, &random))"
    }
  }

  private func flag(_ name: String, _ value: Bool, _ json: inout JSONWriter) {
    json.key(name)
    json.bool(value)
  }
}
