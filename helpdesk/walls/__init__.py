"""The database walls and doors: derived from the models, rebuilt after every migrate, provable."""
