"""What does a person see and say in Cliq from within Books? Always with their own grant."""
