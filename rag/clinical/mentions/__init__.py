"""What a note mentions: medications with their doses, problems, measurements, histories, each where it stands and as it is meant."""
