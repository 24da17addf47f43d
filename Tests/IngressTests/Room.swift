// Tests of Ingress.
