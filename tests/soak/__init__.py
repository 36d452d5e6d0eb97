"""Delivery for as long as one likes, with killed workers and a failing Cliq."""
