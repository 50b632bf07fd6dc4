"""From intake to store: a load is taken in, validated, compiled month by month, and committed whole."""
