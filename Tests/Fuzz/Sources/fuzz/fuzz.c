// Empty: libFuzzer brings `main`, FuzzTargets what it calls.
