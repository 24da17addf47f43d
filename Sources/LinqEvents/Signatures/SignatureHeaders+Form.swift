extension SignatureHeaders {
  /// Whether they carry a signature that is well formed by some scheme, enabled or not: one that could hold under
  /// some secret.
  public var isWellFormed: Bool {
    SignatureScheme.allCases.contains { scheme in
      do throws(SignatureRefusal) {
        _ = try SignatureAttempt(scheme, self)
        return true
      } catch {
        return false
      }
    }
  }
}
