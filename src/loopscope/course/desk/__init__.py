"""The author's desk: posts are begun, read as an editor would, and looked at while they are written."""
