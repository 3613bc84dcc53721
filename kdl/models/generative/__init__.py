"""Models that draw: from numbers of pure chance to examples like those that they were shown."""
