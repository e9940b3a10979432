"""rigd: makes an astrophotographer's imaging train right, by itself."""
