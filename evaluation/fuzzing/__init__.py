"""Tables of scores with named faults and harmless changes, to test `parstats ingest` from outside.

`tables` makes right tables, `changes` is the register of changes, `faults_*` and `harmless` hold
them, `files` writes a table to a file, `judging` reads the file and compares.
"""
