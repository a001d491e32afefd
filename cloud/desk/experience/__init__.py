"""What customers say, in figures with their uncertainty: pages over the counts of `cloud.voice`."""
