public import LinqhookInbox

/// The part of an inbox that delivery needs.
public typealias DeliveryStore = DeliveryLedger & EventArchive
