"""The building: the ground floor every app stands on, and the roof that joins the apps."""
