// Configuration: YAML and environment to one validated value; problems with file and line.
