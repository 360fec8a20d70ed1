"""How the 468 landmarks of a face move under each of the 52 ARKit coefficients."""
