// Ingress: One request: route, verify, accept, answer.
