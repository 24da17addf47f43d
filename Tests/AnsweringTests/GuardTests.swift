import Answering
import LinqEvents
import Testing

/// The guard keeps a bot from its own messages, from history and from people who opted out.
@Suite struct GuardTests {
  private func view(_ change: (inout MessageView) -> Void) -> MessageView {
    var view = MessageView()
    view.from = "+12025550147"
    view.line = "+12025550100"
    view.text = "Hello"
    change(&view)
    return view
  }

  @Test func anOrdinaryMessagePasses() {
    #expect(MessageGuard().reason(toSkip: view { $0.isOwn = false }) == nil)
    #expect(MessageGuard().reason(toSkip: MessageView()) == nil)
  }

  @Test func eachOfTheThreeIsSkippedUnlessItMayPass() {
    #expect(MessageGuard().reason(toSkip: view { $0.isOwn = true }) == .own)
    #expect(MessageGuard().reason(toSkip: view { $0.isReconciled = true }) == .reconciled)
    #expect(MessageGuard().reason(toSkip: view { $0.isOptedOut = true }) == .optedOut)
    let open = MessageGuard(own: .pass, reconciled: .pass, optedOut: .pass)
    let all = view {
      $0.isOwn = true
      $0.isReconciled = true
      $0.isOptedOut = true
    }
    #expect(open.reason(toSkip: all) == nil)
  }

  @Test func aSenderWhoIsOurOwnLineIsUsWhereTheEventDoesNotSay() {
    #expect(MessageGuard().reason(toSkip: view { $0.from = $0.line }) == .own)
  }

  @Test(arguments: ["STOP", " QUIT\n", "Opt out", "OPTOUT", "opt-out"])
  func whereTheEventDoesNotSayItTheWordsTellWhoHasOptedOut(_ text: String) {
    #expect(MessageGuard().reason(toSkip: view { $0.text = text }) == .optedOut)
    let told = view {
      $0.text = text
      $0.isOptedOut = false
    }
    #expect(MessageGuard().reason(toSkip: told) == nil)
  }

  @Test(arguments: ["stop", "STOP it", "Please STOP", "end", ""])
  func aTextThatOnlyHasSuchAWordInItIsAMessageLikeAnyOther(_ text: String) {
    #expect(MessageGuard().reason(toSkip: view { $0.text = text }) == nil)
  }
}
