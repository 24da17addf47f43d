import Handlers
import LinqEvents
import LinqhookHTTPClient
import Logging

// Options with values that suit most tests. The defaults of the program are those of the configuration.

extension LogHandlerOptions {
  static func test(level: Logger.Level = .info, redacts: Bool = true) -> Self {
    Self(level: level, redacts: redacts)
  }
}

extension FileHandlerOptions {
  static func test(
    path: String,
    format: Format = .payload,
    sync: Sync = .interval(seconds: 1),
    rotation: Rotation? = nil,
    mode: UInt32? = nil
  ) -> Self {
    Self(path: path, format: format, sync: sync, rotation: rotation, mode: mode)
  }
}

extension FileHandlerOptions.Rotation {
  static func test(
    maxBytes: Int64?,
    maxAge: Duration? = nil,
    keep: Int = 10,
    compresses: Bool = true
  ) -> Self {
    Self(maxBytes: maxBytes, maxAge: maxAge, keep: keep, compresses: compresses)
  }
}

extension ShellHandlerOptions {
  static func test(
    name: String,
    command: [String],
    environment: [String] = [],
    workingDirectory: String? = nil,
    input: HookInput = .event,
    timeout: Duration = .seconds(30),
    grace: Duration = .seconds(5),
    outputLevel: Logger.Level = .info,
    maxOutputBytes: Int = 65_536
  ) -> Self {
    Self(
      name: name,
      command: command,
      environment: environment,
      workingDirectory: workingDirectory,
      input: input,
      timeout: timeout,
      grace: grace,
      outputLevel: outputLevel,
      maxOutputBytes: maxOutputBytes
    )
  }
}

extension WorkerHandlerOptions {
  static func test(
    name: String,
    command: [String],
    environment: [String] = [],
    includesMessage: Bool = false,
    processes: Int = 1,
    window: Int = 64,
    timeout: Duration = .seconds(30),
    drain: Duration = .seconds(20),
    grace: Duration = .seconds(5),
    restart: RestartBackoff = RestartBackoff()
  ) -> Self {
    Self(
      name: name,
      command: command,
      environment: environment,
      workingDirectory: nil,
      includesMessage: includesMessage,
      processes: processes,
      window: window,
      timeout: timeout,
      drain: drain,
      grace: grace,
      restart: restart
    )
  }
}

extension HTTPForwardHandlerOptions {
  static func test(
    url: String,
    signer: SignatureSigner? = nil,
    headers: [HTTPField] = [],
    timeout: Duration = .seconds(10),
    finalStatuses: Set<Int> = [400, 405, 410, 411, 413, 414, 415, 422, 431, 501, 505],
    maxConnections: Int = 16,
    certificateAuthorityFile: String? = nil
  ) -> Self {
    Self(
      url: url,
      signer: signer,
      headers: headers,
      timeout: timeout,
      finalStatuses: finalStatuses,
      maxConnections: maxConnections,
      certificateAuthorityFile: certificateAuthorityFile
    )
  }
}
