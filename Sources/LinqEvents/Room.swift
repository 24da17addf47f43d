// LinqEvents: Envelopes, event types, the chat of an event, the three signature schemes, samples.
