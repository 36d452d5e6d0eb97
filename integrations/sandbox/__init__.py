"""A local Zoho: accounts server and Cliq, the same HTTP contract, in a process of its own."""
