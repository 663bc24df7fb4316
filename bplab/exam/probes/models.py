"""Drivers for whole models: train and predict, save and load."""
