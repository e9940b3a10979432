"""What the catalog knows: one frozen model for each kind of thing, one module for each model."""
