"""Films as they are cut: projects kept with all their edits, files put on a timeline, frames to look at.

desk      a project opened, edited, undone        placing   a file of the library as clips
    shots     clips that can be made anew           rendering a plan as a file (pictures, sounds, reading)
    viewing   single frames, and their scopes       encodings the ways a film is written
    local     without a server: the library, files   local_render  a film rendered in this process
    joints    how cuts fit, and better frames to go on from
    standing  what is missing, stale or not made     remaking      takes made in this process
    titles    words as pictures, and their fonts
"""
