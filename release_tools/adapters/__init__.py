"""The doors to the world: nothing outside this folder starts a process, opens a socket or writes a file."""
