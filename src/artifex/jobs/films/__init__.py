"""Film projects: editing, placing files on timelines, viewing frames and rendering.

desk      opens, edits and undoes projects      placing       library files as timeline clips
shots     clips that can be remade              rendering     a plan as a file (pictures, sounds, reading)
viewing   single frames, and their scopes       encodings     the formats of rendered films
local     projects without a server             local_render  renders a film in this process
joints    continuity across cuts, and better bridge frames
standing  what is missing, stale or unmade      remaking      makes takes in this process
titles    draws titles, and finds their fonts
"""
