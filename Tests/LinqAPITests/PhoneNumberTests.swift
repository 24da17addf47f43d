import LinqAPI
import Testing

@Suite struct PhoneNumberTests {
  @Test(arguments: [
    ("+15551234567", "+15551234567"), ("5551234567", "+15551234567"), ("2223334444", "+12223334444"),
    ("+442079460958", "+442079460958"), ("+493012345678901", "+493012345678901"),
  ])
  func takesWhatTheGuideTakes(text: String, number: String) throws {
    #expect(try PhoneNumber(parsing: text).description == number)
  }

  @Test(arguments: [
    ("555-123-4567", "+15551234567"), ("(555) 123-4567", "+15551234567"), ("+1 555 123 4567", "+15551234567"),
    ("15551234567", "+15551234567"), ("+1-555-123-4567", "+15551234567"), (" 5551234567", "+15551234567"),
  ])
  func refusesPunctuationAndSaysHowToWriteIt(text: String, advice: String) {
    let error = #expect(throws: PhoneNumberError.self) { try PhoneNumber(parsing: text) }
    #expect(error?.description.contains("Write it as \(advice)") == true)
  }

  @Test(arguments: [
    "", "+", "123", "0301234567", "1234567890", "+0301234567", "+1234567890123456", "hello", "+1555123456a",
    "５５５１２３４５６７", "5551234567\n",
  ])
  func refusesWhatNoPhoneCanReach(text: String) {
    let error = #expect(throws: PhoneNumberError.self) { try PhoneNumber(parsing: text) }
    #expect(error?.description.contains("digits only") == true)
  }
}
