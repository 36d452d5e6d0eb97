"""Parts of a running installation break: what people see of it, what is lost, how long it lasts."""
