// The library's one import. A custom receiver registers its handler types with a `HandlerRegistry` and runs a
// `Daemon`; Sources/README.md shows a whole one. The modules behind this are separate so that each knows only
// its purpose; their names carry the prefix so that they do not clash with other packages' modules.
@_exported public import Answering
@_exported public import LinqAPI
@_exported public import LinqEvents
@_exported public import LinqhookConfiguration
@_exported public import LinqhookDaemon
@_exported public import LinqhookDelivery
@_exported public import LinqhookInbox
