extension SocketSettings {
  init(_ reader: MappingReader, owner: String) {
    self.init()
    reader.rejectUnknownKeys(known: ["mode", "group"], owner: owner)
    let form = "an octal mode, as in 0660"
    mode = reader.parsed("mode", form: form, Self.parseMode) ?? mode
    group = reader.parsed("group", form: "the name of a group", Self.parseGroup)
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
