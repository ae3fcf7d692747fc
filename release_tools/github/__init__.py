"""The project on GitHub: its repository, the release of a tag there, and how far both are."""
