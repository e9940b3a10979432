"""Reading files safely: limits, encodings, and errors that name the line."""
