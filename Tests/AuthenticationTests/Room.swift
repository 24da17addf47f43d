// Tests of Authentication.
