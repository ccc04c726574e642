// An empty service: what starting Node itself takes.
