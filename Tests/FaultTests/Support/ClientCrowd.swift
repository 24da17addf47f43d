import ReceiverSupport

/// Clients that behave badly, many at once, by a script: they need raw sockets and no library's good manners.
struct ClientCrowd: Sendable {
  enum Manner: String, CaseIterable {
    /// Connects and says nothing.
    case idle
    /// Sends its header a byte at a time.
    case headerByByte = "header"
    /// Sends its body a byte at a time.
    case bodyByByte = "body"
    /// Sends requests and never reads an answer.
    case neverReading = "deaf"
    /// Sends a request and its end of the connection, then reads.
    case halfClosing = "half"
    /// Sends a request and cuts the connection before the answer.
    case cutting = "cut"
  }

  /// How the crowd fared.
  struct Result {
    /// Connections that the receiver had closed at the end.
    var closedCount: Int
    /// Answers that were read.
    var answerCount: Int
  }

  /// Lets the crowd in, for at most so many seconds.
  static func visit(port: Int, count: Int, _ manner: Manner, seconds: Int) async throws -> Result {
    let output = try await Machine.shell(
      "python3 - \(port) \(count) \(manner.rawValue) \(seconds) <<'END'\n\(script)\nEND"
    )
    let numbers = output.split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
    guard numbers.count == 2 else { throw Machine.CommandFailed(description: "The crowd said: \(output)") }
    return Result(closedCount: numbers[0], answerCount: numbers[1])
  }

  /// The bodies are not signed: these clients are not Linq.
  private static let script = """
    import resource, select, socket, sys, time
    port, count, manner, seconds = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], float(sys.argv[4])
    resource.setrlimit(resource.RLIMIT_NOFILE, (count + 64, max(count + 64, resource.getrlimit(resource.RLIMIT_NOFILE)[1])))
    head = b'POST /webhooks/linq HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: 1000\\r\\n\\r\\n'
    body = b'x' * 1000
    clients, rest, closed, answers = {}, {}, 0, 0
    for _ in range(count):
        client = socket.socket()
        client.settimeout(1)
        # Else the kernel takes answers for a deaf client for minutes.
        if manner == 'deaf': client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        try:
            client.connect(('127.0.0.1', port))
            client.setblocking(False)
            if manner == 'body': client.send(head)
            if manner in ('half', 'cut'): client.send(head + body)
            if manner == 'half': client.shutdown(socket.SHUT_WR)
            if manner == 'cut': client.close(); closed += 1; continue
            clients[client] = 0
        except OSError:
            client.close(); closed += 1
    end = time.monotonic() + seconds
    while clients and time.monotonic() < end:
        turn = time.monotonic() + 1
        for client in list(clients):
            try:
                if manner == 'header': client.send((head + body)[clients[client]:][:1])
                if manner == 'body': client.send(b'x')
                if manner == 'deaf':
                    # Until the kernel has no more room, on either side: some megabytes of answers.
                    for _ in range(1000):
                        rest[client] = rest.get(client) or head + body
                        rest[client] = rest[client][client.send(rest[client]):]
                clients[client] += 1
            except BlockingIOError: pass
            except OSError: clients.pop(client); client.close(); closed += 1
        while clients and time.monotonic() < turn and manner != 'deaf':
            ready = select.poll()
            for client in clients: ready.register(client, select.POLLIN)
            files = {client.fileno(): client for client in clients}
            for file, _ in ready.poll(max(0, (turn - time.monotonic()) * 1000)):
                client = files[file]
                try: data = client.recv(4096)
                except OSError: data = b''
                answers += data.count(b'HTTP/1.1 ')
                if not data: clients.pop(client); client.close(); closed += 1
        if manner == 'deaf' and clients:
            # Until somebody can go on, or is cut.
            room = select.poll()
            for client in clients: room.register(client, select.POLLOUT)
            room.poll(1000)
    print(closed, answers)
    """
}
