"""Understanding a question: its intent, the thing asked for, the time window, thresholds."""
