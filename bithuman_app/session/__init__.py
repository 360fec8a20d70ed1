"""Audio in, frames out, on one clock."""
