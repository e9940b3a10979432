"""What follows from profile, answers and connected devices."""
