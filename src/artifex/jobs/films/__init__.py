"""Films as they are cut: projects kept with all their edits, files put on a timeline, frames to look at.

desk      a project opened, edited, undone        placing   a file of the library as clips
"""
