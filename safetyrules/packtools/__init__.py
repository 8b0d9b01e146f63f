"""Tools for those who write packs and exercises: deeper checks, and an honest account of what the numbers rest on."""
