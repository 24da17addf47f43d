// MicroHTTP: A safe, fast embedded HTTP server: request in, answer out, limits, drain.
