// Tests of linqhook.
