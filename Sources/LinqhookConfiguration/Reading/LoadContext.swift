import FileTrust

/// What a configuration is read for.
enum LoadPurpose {
  /// To run by it.
  case start
  /// To say what is wrong with it, perhaps as another user than the one who runs it.
  case check
  /// To learn one part of it. Secrets are left out, wherever they are kept, and nothing else is judged.
  case part
}

/// What the reader of every section needs.
struct LoadContext {
  /// The file as it was named, for problems; `nil` when there is none.
  var file: String?
  /// The folder that relative paths in the file start from.
  var folder: String
  var environment: [String: String]
  /// Flags of the command line by their names, as in `--listen`; they win over everything else.
  var flags: [String: String] = [:]
  /// Types of handlers that the embedding program registered.
  var customHandlerTypes: Set<String>
  /// Those of them that answer.
  var answeringHandlerTypes: Set<String> = []
  /// What the section `linq` says, for handlers that answer.
  var linq = LinqFacts()
  var purpose: LoadPurpose
  var problems: ProblemList
  let trust: FileTrust
  let secretVariables = SecretVariables()
  /// `allow_weak_secrets` of the whole file.
  var allowsWeakSecrets = false
  /// Whether the file names proxies that are believed.
  var hasTrustedProxies = false

  /// The value of an environment variable. An empty one counts as not set: that is how a compose file or a unit
  /// passes on a variable that nobody gave.
  func variable(_ name: String) -> String? {
    environment[name].flatMap { $0.isEmpty ? nil : $0 }
  }

  func place(_ position: SourcePosition) -> ProblemPlace {
    guard let file else { return .file("built-in defaults") }
    return .file(file, line: position.line, column: position.column)
  }

  /// Whether root looks at a file that may be the service user's own: then it is not for root to refuse it.
  func mayBelongToService(_ objection: FileObjection) -> Bool {
    guard purpose == .check, trust.isRoot, case .owner = objection.reason else { return false }
    return true
  }

  /// Whether root, who may read everything, looks at a file that the group of the configuration file may not read.
  func isHiddenFromService(_ path: String) -> Bool {
    guard trust.isRoot, let file, let group = FileAccess.group(of: file), group != 0 else { return false }
    return !FileAccess.isReadable(path, byGroup: group)
  }
}

/// What handlers need to know of the section `linq`.
struct LinqFacts {
  /// Whether a token is named, be it one that this user may not read.
  var hasToken = false
  /// Whether `api` is v2.
  var isVersion2 = false
}
