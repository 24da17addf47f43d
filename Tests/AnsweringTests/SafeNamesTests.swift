import Testing

@testable import Answering

/// Names of files are made safe.
@Suite struct SafeNamesTests {
  @Test(arguments: [
    ("photo.jpg", "photo.jpg"), ("../../x", "x"), ("..", "attachment"), (".", "attachment"),
    ("", "attachment"),
    ("/etc/passwd", "passwd"), ("a\\..\\b.txt", "b.txt"), (".bashrc", "bashrc"), ("...x", "x"),
    (". . /", "attachment"),
    ("a\u{0}b\nc\u{1B}[31m", "abc[31m"), ("фото 写真.jpg", "фото 写真.jpg"), ("gpj.\u{202E}exe", "gpj.exe"),
    ("👩‍👧.png", "👩‍👧.png"), ("a/", "a"), ("\u{2028}", "attachment"),
  ]) func whatLeadsElsewhereHidesOrSteersIsGoneAndLettersOfAllScriptsStay(_ name: String, _ expected: String)
  {
    #expect(SafeNames.file(name) == expected)
  }

  @Test func aLongNameIsCutBetweenCharactersAndKeepsItsEnding() {
    let name = SafeNames.file(String(repeating: "写", count: 100) + ".jpeg")
    #expect(name.utf8.count <= 120 && name.utf8.count > 110)
    #expect(name.hasSuffix("写.jpeg"))
    #expect(SafeNames.file(String(repeating: "é", count: 200)).utf8.count == 120)
    #expect(SafeNames.file("e" + String(repeating: "\u{301}", count: 200)) == "attachment")
    #expect(
      SafeNames.file(String(repeating: "x", count: 50) + "." + String(repeating: "y", count: 200)).utf8.count
        == 120
    )
  }

  @Test func idsOfLinqNameTheirFolderAndNoTwoIdsShareOne() {
    #expect(
      SafeNames.folder("cafbbbbd-6ea2-599d-b85e-3a4fed95b82f") == "cafbbbbd-6ea2-599d-b85e-3a4fed95b82f"
    )
    let strange = [
      "a/b", "a_b", "a.b", "..", ".", "", "../a", "a\u{0}b", String(repeating: "a", count: 200), "é",
    ]
    let folders = strange.map(SafeNames.folder)
    #expect(Set(folders).count == strange.count)
    for folder in folders {
      #expect(folder.wholeMatch(of: /[A-Za-z0-9_-]{1,100}/) != nil, "\(folder)")
    }
  }
}
