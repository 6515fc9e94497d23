"""What a record is for and what it does: series and types of measure."""
