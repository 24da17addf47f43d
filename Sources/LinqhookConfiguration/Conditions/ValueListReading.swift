import FileTrust

// Lists of values in files of their own, such as the numbers that may write to a bot.

extension MappingReader {
  private static let maxListBytes = 16 << 20
  private static let listForm = "the file that lists the values, as in file:/etc/linqhook/allowed"

  /// The values of the file that a key names. It decides who is let in, so it is trusted as the configuration is.
  func valueList(_ key: String) -> ValueList? {
    guard let node = value(key) else { return nil }
    guard case .scalar(let text, _) = node.content else {
      let advice = node.isList ? " Values that stand here need no `in`: write the list alone." : ""
      report(key, "must be \(Self.listForm); \(node.kindInWords) stands here.\(advice)", at: node.position)
      return nil
    }
    guard let name = text.dropping(prefix: "file:"), !name.isEmpty else {
      report(key, "must be \(Self.listForm), not \(Quoted.text(text)).")
      return nil
    }
    do throws(ValueProblem) {
      return try list(at: PathText.resolve(name, relativeTo: context.folder), key)
    } catch {
      report(key, error.text)
      return nil
    }
  }

  private func list(at path: String, _ key: String) throws(ValueProblem) -> ValueList {
    if context.purpose != .part, let objection = context.trust.objection(to: path) {
      let text = "names a list that others could change: \(objection)"
      guard context.mayBelongToService(objection) else { throw ValueProblem(text) }
      warn(key, text)
    }
    let contents: String
    do {
      contents = try FileAccess.readText(path, maxBytes: Self.maxListBytes)
    } catch {
      let advice =
        error.isForbidden
        ? " Give it to the service's group: chgrp linqhook \(path) && chmod 640 \(path)." : ""
      throw ValueProblem("needs the file \(path), which \(error.reason).\(advice)")
    }
    let values = ListedValues.read(contents)
    if values.isEmpty { warn(key, "names \(path), which lists no value: nothing can match.") }
    if context.purpose == .check, context.isHiddenFromService(path) {
      warn(
        key,
        "names \(path), which root may read but not the group of the configuration file. If linqhook runs as that group, run chgrp and chmod 640 on it."
      )
    }
    return ValueList(path: path, values: values)
  }
}

extension SourceNode {
  fileprivate var isList: Bool {
    if case .sequence = content { true } else { false }
  }
}

/// The values in a file, one a line, without the blanks around them. Empty lines are passed over, and so is what
/// stands behind a `#` that begins the line or follows a blank.
enum ListedValues {
  static func read(_ contents: String) -> Set<String> {
    let lines = contents.split { $0.isNewline }
    let values = lines.map { line in
      var isAfterBlank = true
      let value = line.prefix { character in
        defer { isAfterBlank = character.isWhitespace }
        return !(character == "#" && isAfterBlank)
      }
      return trimmed(value)
    }
    return Set(values.filter { !$0.isEmpty })
  }

  private static func trimmed(_ text: Substring) -> String {
    func isLeftOut(_ character: Character) -> Bool { character.isWhitespace || character == "\u{FEFF}" }
    return String(text.drop(while: isLeftOut).reversed().drop(while: isLeftOut).reversed())
  }
}
