// What V3 takes in one message. Beyond it Linq refuses the whole send, so it is said before a file is uploaded.
extension OutgoingMessage {
  private static let maxTextCharacters = 10_000
  private static let maxParts = 100
  private static let maxAttachmentURLs = 40

  /// - Throws: ``LinqAPIError/Code-swift.enum/invalidInput`` for a message that V3 does not take.
  func checkForV3() throws(LinqAPIError) {
    let partCount = (text.isEmpty ? 0 : 1) + attachmentURLs.count + attachmentFiles.count
    if partCount == 0 {
      throw LinqAPIError(.invalidInput, "The message is empty. Give it a text or an attachment.")
    }
    if text.unicodeScalars.count > Self.maxTextCharacters {
      throw LinqAPIError(
        .invalidInput,
        "The text has \(text.unicodeScalars.count) characters. Linq takes at most \(Self.maxTextCharacters); "
          + "send it as several messages."
      )
    }
    if let url = attachmentURLs.first(where: { !$0.hasPrefix("https://") }) {
      throw LinqAPIError(
        .invalidInput,
        "\(url.debugDescription) does not begin with https://. Linq fetches attachments by https only; "
          + "name a file to have it uploaded."
      )
    }
    if attachmentURLs.count > Self.maxAttachmentURLs || partCount > Self.maxParts {
      throw LinqAPIError(
        .invalidInput,
        "The message has too many attachments. Linq takes at most \(Self.maxAttachmentURLs) URLs, and "
          + "\(Self.maxParts) parts with the text; send several messages."
      )
    }
  }
}

extension LinqClient {
  private static let recipientCounts = 1...31

  static func checkForV3(recipients: [PhoneNumber]) throws(LinqAPIError) {
    guard recipientCounts.contains(recipients.count) else {
      throw LinqAPIError(
        .invalidInput,
        "A message goes to \(recipientCounts.lowerBound) to \(recipientCounts.upperBound) people, not to "
          + "\(recipients.count)."
      )
    }
  }
}
