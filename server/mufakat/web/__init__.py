"""HTTP: one blueprint per specification or page family."""
