"""Out and in: the log of answers as JSONL and CSV, the items for Anki, spreadsheets and Moodle. One file per format."""
