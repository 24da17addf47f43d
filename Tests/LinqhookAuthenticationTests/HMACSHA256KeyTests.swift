import LinqhookAuthentication
import Testing

@Suite struct HMACSHA256KeyTests {
  @Test(arguments: RFC4231Vector.all)
  func vectorHoldsInOnePiece(vector: RFC4231Vector) throws {
    let key = try HMACSHA256Key(Secret(vector.key))
    var message = key.message()
    message.append(vector.message.span)
    let code = message.authenticationCode()
    #expect(code.hexadecimal.hasPrefix(vector.code))
  }

  @Test(arguments: RFC4231Vector.all)
  func vectorHoldsWhereverTheMessageIsCut(vector: RFC4231Vector) throws {
    let key = try HMACSHA256Key(Secret(vector.key))
    for cut in 0...vector.message.count {
      var message = key.message()
      message.append(vector.message.span.extracting(0..<cut))
      message.append(vector.message.span.extracting(cut..<vector.message.count))
      let code = message.authenticationCode()
      #expect(code.hexadecimal.hasPrefix(vector.code))
    }
  }

  @Test(arguments: RFC4231Vector.all)
  func vectorHoldsByteByByte(vector: RFC4231Vector) throws {
    let key = try HMACSHA256Key(Secret(vector.key))
    var message = key.message()
    for byte in vector.message { message.append([byte].span) }
    let code = message.authenticationCode()
    #expect(code.hexadecimal.hasPrefix(vector.code))
  }

  /// What pooling rests on: a context that is started again without a key still has its own.
  @Test func contextKeepsItsKeyAcrossMessages() throws {
    let first = RFC4231Vector.all[1]
    let key = try HMACSHA256Key(Secret(first.key))
    for round in 0..<100 {
      var noise = key.message()
      noise.append([UInt8](repeating: UInt8(round), count: round).span)
      _ = noise.authenticationCode()

      var message = key.message()
      message.append(first.message.span)
      let code = message.authenticationCode()
      #expect(code.hexadecimal == first.code)
    }
  }

  @Test func keysOfEveryLengthAreTaken() throws {
    for byteCount in 1...200 {
      for _ in 0..<20 { _ = try HMACSHA256Key(Secret([UInt8](repeating: 1, count: byteCount))) }
    }
  }

  @Test func abandonedMessageLeavesNothingBehind() throws {
    let vector = RFC4231Vector.all[1]
    let key = try HMACSHA256Key(Secret(vector.key))
    func abandon() {
      var message = key.message()
      message.append([1, 2, 3].span)
    }
    abandon()
    var message = key.message()
    message.append(vector.message.span)
    let code = message.authenticationCode()
    #expect(code.hexadecimal == vector.code)
  }

  @Test func messagesUnderOneKeyDoNotMixWhenTheyInterleave() throws {
    let vector = RFC4231Vector.all[6]
    let key = try HMACSHA256Key(Secret(vector.key))
    var first = key.message()
    var second = key.message()
    for byte in vector.message {
      first.append([byte].span)
      second.append([byte].span)
    }
    let codes = [first.authenticationCode().hexadecimal, second.authenticationCode().hexadecimal]
    #expect(codes == [vector.code, vector.code])
  }

  @Test func manyTasksOnOneKeyGiveTheSequentialResults() async throws {
    let key = try HMACSHA256Key(Secret("shared by all"))
    let expected = (0..<64).map { Self.code(of: $0, under: key) }
    await withTaskGroup(of: (Int, String).self) { group in
      for round in 0..<2_000 {
        group.addTask { (round % 64, Self.code(of: round % 64, under: key)) }
      }
      for await (number, code) in group { #expect(code == expected[number]) }
    }
  }

  private static func code(of number: Int, under key: HMACSHA256Key) -> String {
    var message = key.message()
    message.append("message ".utf8.span)
    message.append([UInt8](repeating: UInt8(number), count: number * 7).span)
    return message.authenticationCode().hexadecimal
  }
}
