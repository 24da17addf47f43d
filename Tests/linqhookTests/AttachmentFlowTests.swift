import Foundation
import ReceiverSupport
import Testing

/// Files of messages, in and out, by the program that an operator has.
@Suite(.timeLimit(.minutes(3))) struct AttachmentFlowTests {
  private static let media =
    "{name: media, type: media, folder: FOLDER/media, max_size: 250MiB, events: [message.received]}"

  /// Hosts of attachments, one of which sends on to the other.
  private static let host = #"""
    serve() {
      python3 - "$1" "$2" >"$1.port" 2>"$1.log" <<'END' &
    import http.server, sys
    name, target = sys.argv[1:]
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            print(self.path, file=sys.stderr, flush=True)
            if self.path.startswith('/away'):
                self.send_response(302)
                self.send_header('Location', target + '/secret')
                self.end_headers()
                return
            count = int(self.path.split('/')[1]) << 20 if self.path[1].isdigit() else 6
            self.send_response(200)
            self.send_header('Content-Length', str(count))
            self.end_headers()
            while count > 0:
                piece = b'secret'[:count] if count < 1 << 20 else b'x' * (1 << 20)
                self.wfile.write(piece)
                count -= len(piece)
        def log_message(self, *arguments): pass
    server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
    print(f'http://127.0.0.1:{server.server_port}', flush=True)
    server.serve_forever()
    END
      until grep -qs : "$1.port"; do sleep 0.02; done
    }
    sends() { person messages "{\"from\":\"+12025550147\",\"text\":\"look\",\"attachments\":[$1]}" >/dev/null; }

    """#

  @Test func namesFromStrangersAreOnlyNamesInTheFoldersOfTheirAttachments() async throws {
    let long = String(repeating: "写真", count: 50)
    let outcome = try await BotStage(handlers: [Self.media]).run(
      Self.host + #"""
        for name in ../../x .bashrc 'a\u0007\u001b[31mb.txt' "\#(long).jpg" '/etc/passwd' .. ''; do
          sends "{\"filename\":\"$name\",\"text\":\"content\"}"
        done
        becomes '[ "$(find media -type f | wc -l)" = 7 ]'
        find media -mindepth 2 -type f -printf '%f\n'
        cat media/*/* | fold -w 7 | sort -u
        test "$(find "$FOLDER" -name x -o -name .bashrc -o -name passwd | grep -vc "^$FOLDER/media/[^/]*/[^/]*$")" = 0
        """#
    )
    let names = outcome.output.split(separator: "\n").map(String.init)
    for name in ["x", "bashrc", "a[31mb.txt", "passwd"] { #expect(names.contains(name), "\(names)") }
    #expect(names.contains { $0.hasSuffix("真.jpg") || $0.hasSuffix("写.jpg") })
    #expect(names.allSatisfy { $0.utf8.count <= 120 })
    #expect(names.last == "content")
  }

  @Test func twoHundredMegabytesGoToTheDiskAndNotThroughMemoryAndWhatIsLargerIsRefused() async throws {
    let outcome = try await BotStage(handlers: [Self.media]).run(
      Self.host + #"""
        serve large ""
        before=$(peak)
        sends "{\"url\":\"$(cat large.port)/200/a.bin\"}"
        becomes '[ "$(find media -type f -size 204800k | wc -l)" = 1 ]'
        sends "{\"url\":\"$(cat large.port)/251/b.bin\"}"
        becomes 'grep -qs "attachment not fetched" receiver.log'
        settled
        echo "grown by $(( $(peak) - before )) kB"
        echo "files: $(find media -type f | wc -l)"
        """#
    )
    #expect(outcome.output.contains("files: 1"))
    #expect(outcome.log.contains("max_size"))
    let grown = try #require(outcome.output.firstMatch(of: /grown by (\d+) kB/).flatMap { Int($0.1) })
    #expect(grown < 32_768, "\(grown) kB")
  }

  @Test func aRedirectToAnotherServiceOfThisMachineIsNotFollowed() async throws {
    let outcome = try await BotStage(handlers: [Self.media]).run(
      Self.host + #"""
        serve inner ""
        serve outer "$(cat inner.port)"
        sends "{\"url\":\"$(cat outer.port)/away\"}"
        becomes 'grep -qs "attachment not fetched" receiver.log'
        settled
        echo "asked: $(cat inner.log)"
        echo "files: $(find media -type f | wc -l)"
        """#
    )
    #expect(outcome.output.contains("asked: \n") && outcome.output.contains("files: 0"))
    #expect(outcome.log.contains("leads to another host"))
  }

  /// The stand-in's URLs live for 15 minutes on its clock: here for a second.
  @Test func aURLThatHasDiedWhileTheHandlerWasPausedIsRenewedByTheAttachmentsID() async throws {
    var stage = BotStage(handlers: [Self.media])
    stage.sandbox = "--time-scale 900 --quiet --ephemeral"
    let outcome = try await stage.run(
      Self.host + #"""
        linqhook handlers pause media
        sends '{"filename":"late.txt","text":"still here"}'
        arrived late.txt
        url=$(sed -n 's/.*"url":"\([^"]*late.txt[^"]*\)".*/\1/p' events.ndjson)
        becomes "[ \"\$(curl -s -o /dev/null -w '%{http_code}' '${url//\\/}')\" = 403 ]"
        linqhook handlers resume media
        becomes 'grep -qs "still here" media/*/late.txt'
        """#
    )
    #expect(!outcome.log.contains("attachment could not be fetched"))
  }

  /// A name that is allowed, whose address is not: as after DNS was bent. Without leave for this machine, as with Linq
  /// itself, nothing is even connected to.
  @Test(
    .enabled("This needs root and mount namespaces.") {
      getuid() == 0 ? try await Program.shell("unshare -m true").status == 0 : false
    },
    arguments: ["127.0.0.1", "10.1.2.3", "169.254.169.254", "192.168.0.1", "100.64.0.1", "::1", "fd00::1"]
  )
  func aNameOfLinqsThatLeadsToAnAddressWhichIsNotPublicIsRefused(address: String) async throws {
    var stage = BotStage(handlers: [Self.media])
    stage.serve = "env LINQ_API_URL=https://api.linqapp.com unshare -m FOLDER/with-hosts linqhook serve"
    let outcome = try await stage.run(
      #"""
      person messages '{"from":"+12025550147","attachments":[{"url":"https://cdn.linqapp.com/photo.jpg"}]}'
      becomes 'grep -qs "attachment not fetched" receiver.log'
      settled
      echo "files: $(find media -type f | wc -l)"
      """#,
      files: [
        "hosts": "\(address) cdn.linqapp.com\n127.0.0.1 api.linqapp.com localhost\n",
        "with-hosts": "#!/bin/sh\nmount --bind \"${0%/*}/hosts\" /etc/hosts && exec \"$@\"\n",
      ]
    )
    #expect(outcome.output.contains("files: 0"))
    #expect(outcome.log.contains("has no address of the public Internet"), "\(outcome.log)")
  }

  /// The largest file that Linq takes, as part of an answer.
  @Test func aHundredMegabytesAreSentByteForByteAndNotThroughMemory() async throws {
    var stage = BotStage(handlers: [
      #"{name: bot, type: shell, command: [/bin/echo, "{\"reply\":{\"attach\":[\"FOLDER/large.zip\"]}}"], reply: actions, events: [message.received]}"#
    ])
    // On a faster clock a place for an upload would not live long enough.
    stage.sandbox = "--time-scale 1 --quiet"
    let outcome = try await stage.run(
      #"""
      head -c 104857600 /dev/urandom >large.zip
      before=$(peak)
      says "send it"
      arrived large.zip
      echo "grown by $(( $(peak) - before )) kB"
      url=$(sed -n '/message.sent/s/.*"url":"\([^"]*large.zip[^"]*\)".*/\1/p' events.ndjson | head -1)
      curl -sS --fail "${url//\\/}" | cmp - large.zip && echo "the same"
      """#
    )
    #expect(outcome.output.contains("the same"), "\(outcome.output)")
    let grown = try #require(outcome.output.firstMatch(of: /grown by (\d+) kB/).flatMap { Int($0.1) })
    #expect(grown < 16_384, "\(grown) kB")
  }
}
