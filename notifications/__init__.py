"""Telling: a message is a row, written with what happened; knows neither customers nor orders."""
