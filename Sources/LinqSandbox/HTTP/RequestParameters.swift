import LinqEvents
import MicroHTTP

/// The parameters of a request of any content type: a tree of fields, and the files.
struct RequestParameters {
  /// A file of a form.
  struct File: Equatable {
    var field: String
    var name: String
    var contentType: String?
    var bytes: [UInt8]
  }

  private(set) var fields: JSONValue = .object([])
  private(set) var files: [File] = []

  init(fields: JSONValue, files: [File] = []) {
    self.fields = fields
    self.files = files
  }

  init(body request: HTTPSnapshot) throws(CallRejection) {
    guard !request.body.isEmpty else { return }
    let contentType = HeaderParameters(parsing: request.header("Content-Type") ?? "")
    switch contentType.value {
    case "application/json":
      do { fields = try JSONValue(parsing: request.body.span) } catch {
        throw .badRequest("The body is not JSON: \(error)")
      }
    case "multipart/form-data": try readForm(request.body, contentType)
    case "application/x-www-form-urlencoded":
      for pair in FormText.pairs(String(decoding: request.body, as: UTF8.self)) {
        FormText.insert(.text(pair.value), named: pair.name, into: &fields)
      }
    default:
      throw .badRequest("The Content-Type must be application/json or multipart/form-data.")
    }
  }

  private mutating func readForm(_ body: [UInt8], _ contentType: HeaderParameters) throws(CallRejection) {
    do throws(FormError) {
      for part in try MultipartForm.parts(of: body, contentType: contentType) {
        if let fileName = part.fileName {
          files.append(
            File(field: part.name, name: fileName, contentType: part.contentType, bytes: part.bytes)
          )
        } else {
          let text = String(decoding: part.bytes, as: UTF8.self)
          FormText.insert(.text(text), named: part.name, into: &fields)
        }
      }
    } catch {
      throw .badRequest("The form cannot be read: \(error).")
    }
  }
}
