/// Who may connect to a unix socket: connecting takes the right to write.
public struct SocketSettings: Sendable, Equatable {
  /// The permissions of the socket, 0 to 0o777.
  public var mode: Int
  /// Whose group it is, by name or number; `nil` is the program's own.
  public var group: String?

  /// The defaults: this user and its group.
  public init(mode: Int = 0o660, group: String? = nil) {
    self.mode = mode
    self.group = group
  }
}

extension SocketSettings: SettingsSection {
  static let blank = SocketSettings()
  static let keys: [SettingKey<SocketSettings>] = [
    .value(
      "mode",
      \.mode,
      takes: "an octal mode, as in 0660",
      "The permissions of the socket. It must let its owner write; connecting takes the right to write.",
      read: { $0.parsed("mode", form: "an octal mode, as in 0660", parseMode) },
      print: { .text(octal($0)) }
    ),
    .optional(
      "group",
      \.group,
      takes: "the name of a group",
      "Whose group the socket is, by name or number; this user must be in it. Default: this user's own.",
      read: { $0.parsed("group", form: "the name of a group", parseGroup) },
      print: YAMLText.text
    ),
  ]

  private static func octal(_ mode: Int) -> String {
    let digits = String(mode, radix: 8)
    return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }

  private static func parseMode(_ text: String) throws(ValueProblem) -> Int {
    guard (3...4).contains(text.utf8.count), let mode = Int(text, radix: 8), mode <= 0o777, mode & 0o200 != 0,
      text.utf8.allSatisfy({ (0x30...0x37).contains($0) })
    else {
      throw ValueProblem(
        "must be an octal mode between 0200 and 0777 that lets its owner write, as in 0660, not \(Quoted.text(text))."
      )
    }
    return mode
  }

  private static func parseGroup(_ text: String) throws(ValueProblem) -> String {
    let isName = text.utf8.allSatisfy {
      $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: ":") && $0 != UInt8(ascii: "/")
    }
    guard isName, (1...64).contains(text.utf8.count) else {
      throw ValueProblem(
        "must be the name or the number of a group, as in www-data, not \(Quoted.text(text))."
      )
    }
    return text
  }
}
