internal import SystemPackage

/// Looks at the beginning of a program for what keeps scripts from being started, or from finding their interpreter. Only
/// a hint: a machine may be taught to run other kinds of files (binfmt_misc).
public enum ScriptCheck {
  private static let headBytes = 4096
  private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
  private static let elfMark: [UInt8] = [0x7F, 0x45, 0x4C, 0x46]
  private static let scriptMark = Array("#!".utf8)
  private static let shells: Set = ["sh", "bash", "dash", "ash", "ksh", "zsh", "rbash"]

  /// What will probably keep a command from running, as a sentence; nil where nothing speaks against it, or its file
  /// cannot be read.
  ///
  /// - Parameters:
  ///   - command: the program and its arguments.
  ///   - searchPath: where a program without a slash is looked for; nil for the usual folders.
  ///   - workingDirectory: where a relative path starts from.
  public static func hint(command: [String], searchPath: String?, workingDirectory: String? = nil) -> String?
  {
    let all = ChildCommand(arguments: command, workingDirectory: workingDirectory, searchPath: searchPath)
    guard let path = try? ExecutableCheck.path(of: all) else { return nil }
    return hint(ofFile: path) ?? hint(ofScriptFor: path, command, workingDirectory)
  }

  /// The same of one file that is to be started.
  static func hint(ofFile path: String) -> String? {
    guard let head = head(of: path) else { return nil }
    if head.isEmpty { return "The program \(path) is empty." }
    if head.starts(with: elfMark) { return nil }
    if head.starts(with: byteOrderMark + scriptMark) {
      return "The program \(path) begins with a byte order mark, which hides its `#!`: save it without one."
    }
    guard head.starts(with: scriptMark) else {
      return
        "The program \(path) has no `#!` at its beginning, so nothing says what runs it: make its first line #!/bin/sh, for example."
    }
    return hint(ofFirstLine: head.dropFirst(2).prefix { $0 != UInt8(ascii: "\n") }, in: path)
  }

  private static func hint(ofFirstLine line: ArraySlice<UInt8>, in path: String) -> String? {
    if line.last == UInt8(ascii: "\r") { return sentenceOnLineEnds(path) }
    let words = line.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
    guard let interpreter = words.first.map({ String(decoding: $0, as: UTF8.self) }) else {
      return "The program \(path) has nothing behind its `#!`: name what runs it, as in #!/bin/sh."
    }
    guard (try? FilePath(interpreter).stat()) == nil else { return nil }
    return
      "The program \(path) wants to be run by \(printable(interpreter)), which does not exist: correct its first line."
  }

  /// A shell takes a carriage return for a part of the last word; other interpreters do not mind.
  private static func hint(
    ofScriptFor interpreter: String,
    _ command: [String],
    _ workingDirectory: String?
  ) -> String? {
    let name = interpreter.split(separator: "/").last.map(String.init) ?? ""
    guard shells.contains(name), command.count > 1, !command[1].hasPrefix("-") else { return nil }
    let script = command[1].hasPrefix("/") ? command[1] : "\(workingDirectory ?? ".")/\(command[1])"
    guard let head = head(of: script), let end = head.firstIndex(of: UInt8(ascii: "\n")), end > 0 else {
      return nil
    }
    return head[end - 1] == UInt8(ascii: "\r") ? sentenceOnLineEnds(script) : nil
  }

  private static func sentenceOnLineEnds(_ path: String) -> String {
    "The lines of \(path) end with CR LF, as on Windows, and nothing here takes that for a line's end: make it LF (sed -i 's/\\r$//')."
  }

  private static func printable(_ text: String) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.map { (0x21...0x7E).contains($0.value) ? $0 : "?" }))
  }

  private static func head(of path: String) -> [UInt8]? {
    // Whatever is there may be something to wait for, a pipe for example.
    guard (try? FilePath(path).stat())?.type == .regular else { return nil }
    guard let file = try? FileDescriptor.open(FilePath(path), .readOnly, options: .closeOnExec) else {
      return nil
    }
    defer { try? file.close() }
    return SystemCalls.read(file, maxBytes: headBytes)
  }
}
