"""One contract for rigd's wheel and focuser, at each door where clients come in."""
