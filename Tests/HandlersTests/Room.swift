// Tests of Handlers.
