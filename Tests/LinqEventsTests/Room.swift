// Tests of LinqEvents.
