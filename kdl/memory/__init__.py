"""What is remembered: FSRS behind three pure functions, the study day, fuzz, the queue, and the replay of the logs."""
